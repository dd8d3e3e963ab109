import { causeName } from '@portolan/core'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import type { Live } from '../live.ts'
import { SearchField } from '../parts/search-field.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { isSeveral } from '../words.ts'
import { Actions } from './actions.tsx'
import { GroupRows } from './group-rows.tsx'
import { groupsOf, type IncidentChoice, isIncidentChosen } from './groups.ts'
import { inPlace } from '../navigation.ts'
import { serviceFinder } from './service-of.ts'

const PAGE = 300
const TIMES: [string, number | null][] = [
  ['Last hour', 3_600_000],
  ['Last 24 h', 24 * 3_600_000],
  ['Last 7 days', 7 * 24 * 3_600_000],
  ['All', null],
]
const PLANNED: [string, IncidentChoice['planned']][] = [
  ['Planned or not', 'all'],
  ['Not planned', 'unplanned'],
  ['Planned', 'planned'],
]

export function IncidentsView({ live }: { live: Live }) {
  const [limit, setLimit] = useState(PAGE)
  const [choice, setChoice] = useState<IncidentChoice>({ text: '', cause: '', planned: 'all', withinMs: null })
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const { value, last } = useAnswer<{ incidents: IncidentDocument[] }>(inPlace(`/incidents?limit=${limit}`), live.news)
  const all = (value ?? last)?.incidents ?? null
  if (all === null) return <section key="asked" class="incidents" aria-busy="true" />
  if (all.length === 0) {
    return (
      <section key="none" class="empty">
        <h1>No port was dark so far</h1>
        <p>When one goes dark (does not answer), it is listed here with its cause.</p>
      </section>
    )
  }
  const serviceOf = serviceFinder(live.targets ?? [])
  const chosen = all.filter((incident) => isIncidentChosen(incident, choice, { now: now(), serviceOf }))
  const groups = groupsOf(chosen)
  const several = isSeveral([...all, ...(live.targets ?? [])])
  const taken = groups.filter(({ key }) => ticked.has(key))
  const causes = [...new Set(all.map(({ cause }) => cause))].sort((a, b) => causeName(a).localeCompare(causeName(b)))
  const tick = (key: string) => {
    const next = new Set(ticked)
    if (!next.delete(key)) next.add(key)
    setTicked(next)
  }
  return (
    <section key="all" class="card incidents">
      <div class="card-head">
        <h1>Incidents</h1>
        <SearchField
          text={choice.text}
          onText={(text) => setChoice({ ...choice, text })}
          what="port, Service, trigger"
        />
        <div class="filters" role="group" aria-label="Filters">
          {TIMES.map(([name, withinMs]) => (
            <button
              key={name}
              type="button"
              aria-pressed={choice.withinMs === withinMs}
              onClick={() => setChoice({ ...choice, withinMs })}
            >
              {name}
            </button>
          ))}
          <select
            aria-label="Cause"
            value={choice.cause}
            onChange={(event) => setChoice({ ...choice, cause: event.currentTarget.value })}
          >
            <option value="">All causes</option>
            {causes.map((cause) => (
              <option key={cause} value={cause}>
                {causeName(cause)}
              </option>
            ))}
          </select>
          <select
            aria-label="Planned"
            value={choice.planned}
            onChange={(event) =>
              setChoice({
                ...choice,
                planned: PLANNED.find(([, one]) => one === event.currentTarget.value)?.[1] ?? 'all',
              })
            }
          >
            {PLANNED.map(([name, planned]) => (
              <option key={planned} value={planned}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <p class="aside" role="status">
          {taken.length > 0 ? `${taken.length} selected` : `${chosen.length} incidents`}
        </p>
        <Actions
          incidents={(taken.length > 0 ? taken : groups).flatMap(({ incidents }) => incidents)}
          serviceOf={serviceOf}
        />
      </div>
      <table class="incident-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Select</span>
            </th>
            <th scope="col">Port</th>
            <th scope="col">Cause</th>
            <th scope="col">Trigger</th>
            <th scope="col" class="number">
              Times
            </th>
            <th scope="col" class="number">
              Dark
            </th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <GroupRows
            key={group.key}
            group={group}
            several={several}
            service={serviceOf(group)}
            ticked={ticked.has(group.key)}
            onTick={() => tick(group.key)}
          />
        ))}
      </table>
      {groups.length === 0 ? <p class="aside">No incident matches.</p> : null}
      {all.length < limit ? null : (
        <button type="button" onClick={() => setLimit(limit + PAGE)}>
          Show older ones
        </button>
      )}
    </section>
  )
}
