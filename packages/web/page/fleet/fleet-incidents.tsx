import { causeName } from '@portolan/core'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { FleetCausesDocument } from '../documents.ts'
import { go } from '../navigation.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useSteadyAnswer } from '../parts/use-steady-answer.ts'
import { type FleetChoice, queryOf, writeChoice } from '../route.ts'
import { duration, moment } from '../time.ts'
import { portName } from '../words.ts'
import { FleetFilters } from './filters.tsx'

const HOUR = 3_600_000
const TIMES: [string, number][] = [
  ['Last hour', HOUR],
  ['Last 24 h', 24 * HOUR],
  ['Last 7 days', 7 * 24 * HOUR],
  ['Last 30 days', 30 * 24 * HOUR],
]
const ROUND_MS = 60_000
/** More than that nobody reads one by one. */
const MOST = 100

type Cause = FleetCausesDocument['causes'][number]

/** The incidents of all clusters, by their cause. @param labels all values of each label */
export function FleetIncidents(props: {
  labels: Readonly<Record<string, string[]>>
  choice: FleetChoice
  news: number
}) {
  const { labels, choice, news } = props
  const [withinMs, setWithin] = useState(24 * HOUR)
  // In whole minutes: else each look would be another question.
  const from = new Date(Math.floor(now() / ROUND_MS) * ROUND_MS - withinMs).toISOString()
  const { value, last } = useSteadyAnswer<FleetCausesDocument>(
    `/fleet/causes${queryOf({ from, ...writeChoice({ ...choice, state: 'all' }) })}`,
    news,
  )
  const causes = (value ?? last)?.causes ?? null
  return (
    <section class="card fleet-incidents" aria-label="Incidents" aria-busy={causes === null}>
      <div class="card-head">
        <h1>Incidents of all clusters</h1>
        <div class="filters" role="group" aria-label="Time">
          {TIMES.map(([name, ms]) => (
            <button key={name} type="button" aria-pressed={withinMs === ms} onClick={() => setWithin(ms)}>
              {name}
            </button>
          ))}
        </div>
        <FleetFilters
          choice={choice}
          labels={labels}
          what="cluster, label, port, cause"
          onChoice={(next) => go({ view: 'fleetIncidents', choice: next }, 'replace')}
        />
      </div>
      {causes === null ? null : causes.length === 0 ? (
        <p class="aside">No port was dark.</p>
      ) : (
        <table class="causes-table">
          <thead>
            <tr>
              <th scope="col">Cause</th>
              <th scope="col" class="number">
                Clusters
              </th>
              <th scope="col" class="number">
                Incidents
              </th>
              <th scope="col" class="number">
                Dark
              </th>
              <th scope="col">Since</th>
              <th scope="col">Last</th>
            </tr>
          </thead>
          {causes.map((one) => (
            <CauseRows key={one.cause} of={one} />
          ))}
        </table>
      )}
    </section>
  )
}

/** A cause in one line, and its clusters below when it is unfolded. */
function CauseRows({ of: { cause, clusters, incidents, open, darkSeconds, since, last } }: { of: Cause }) {
  const [unfolded, setUnfolded] = useState(false)
  return (
    <tbody class={unfolded ? 'is-unfolded' : ''}>
      <tr>
        <th scope="row">
          <Mark state={open > 0 ? 'down' : 'up'} label={open > 0 ? 'still dark' : 'over'} />
          <button type="button" class="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            {causeName(cause)}
          </button>{' '}
          <code>{cause}</code>
        </th>
        <td class="number" data-name="Clusters">
          {clusters.length}
        </td>
        <Numbers of={{ incidents, open, darkSeconds, since }} />
        <td data-name="Last">{timeText(last)}</td>
      </tr>
      {unfolded ? clusters.slice(0, MOST).map((one) => <ClusterRow key={one.cluster} of={one} />) : null}
    </tbody>
  )
}

function ClusterRow({ of }: { of: Cause['clusters'][number] }) {
  const { cluster, incidents, open, darkSeconds, since, last, incident, target } = of
  return (
    <tr class="is-one">
      <th scope="row">
        <Link to={{ view: 'incidents' }} within={cluster}>
          {cluster}
        </Link>
      </th>
      <td />
      <Numbers of={{ incidents, open, darkSeconds, since }} />
      <td data-name="Last">
        <Link to={{ view: 'incident', id: incident }} within={cluster}>
          {timeText(last)}
        </Link>{' '}
        {portName(target)}
      </td>
    </tr>
  )
}

/** The same for a cause and for each of its clusters. */
function Numbers({ of }: { of: Pick<Cause, 'incidents' | 'open' | 'darkSeconds' | 'since'> }) {
  const { incidents, open, darkSeconds, since } = of
  return (
    <>
      <td class="number" data-name="Incidents">
        {open === 0 ? incidents : `${incidents}, ${open} open`}
      </td>
      <td class="number" data-name="Dark">
        {duration(darkSeconds * 1000)}
      </td>
      <td data-name="Since">{timeText(since)}</td>
    </>
  )
}

function timeText(time: string): string {
  return moment(Date.parse(time), now())
}
