import type { ComponentChildren } from 'preact'
import { routesText } from '@portolan/core'
import { now } from '../clock.ts'
import { CauseNote } from '../parts/cause-note.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { duration, moment } from '../time.ts'
import type { PortRow } from '../now/port-rows.ts'
import { Fix, fixesOf, fixWord } from './fix.tsx'
import { headlineOf, sentence, triggerOf } from './headline.ts'
import { PathView } from './path-view.tsx'
import { nameAt } from './place-names.ts'
import { nodeName } from '../words.ts'
import { LastMinutes } from './last-minutes.tsx'
import { sectionsOf } from './port-sections.tsx'
import { Sections } from './sections.tsx'
import { type Explained, useLastIncident, useExplained } from './explained.ts'

/** What is wrong with a port or a route, why, the fix and the path; of one that answers, how it is. */
export function AnswerView({ row, news, children }: { row: PortRow; news: number; children: ComponentChildren }) {
  const explained = useExplained(row, news)
  const { key, state, since, silenced } = row
  const last = useLastIncident(row, news)
  const incident = explained?.incident ?? null
  return (
    <section class={`card answer is-${state}`} aria-label={`Port ${row.name}`} aria-busy={explained === null}>
      {children}
      <h1>
        <Mark state={state} label="" /> {headlineOf(row)}{' '}
        <small>
          since {moment(since, now())}, {duration(now() - since)}
          {silenced ? ', silenced' : ''}
        </small>
      </h1>
      <div class="verdict">
        {incident === null ? <Remarks row={row} explained={explained} /> : <Verdict incident={incident} />}
        {incident === null && last !== null ? <Verdict incident={last} /> : null}
        {incident === null && last === null && explained !== null && row.port !== null ? (
          <LastMinutes row={row} news={news} />
        ) : null}
      </div>
      {explained === null ? null : <PathView hops={explained.hops} nameOf={(place) => nameAt(place, row, explained)} />}
      {explained === null ? null : (
        <Sections
          sections={sectionsOf(row, explained, news)}
          links={
            <>
              {row.node === '' || state !== 'up' ? null : (
                <Link to={{ view: 'whatif', drain: `node:${row.cluster}/${row.node}` }}>
                  What if {nodeName(row.node, row.cluster)} is drained?
                </Link>
              )}
              {(incident ?? last) === null ? null : (
                <Link to={{ view: 'incident', id: (incident ?? last)?.id ?? '' }}>Whole incident</Link>
              )}
              {row.port === null ? null : (
                <Link to={{ view: 'timeline', port: key, from: null, to: null }}>Timeline</Link>
              )}
            </>
          }
        />
      )}
    </section>
  )
}

function Verdict({ incident }: { incident: NonNullable<Explained['incident']> }) {
  const { text, after } = triggerOf(incident, now())
  const [first] = fixesOf(incident)
  const behind = routesText(incident)
  return (
    <>
      <p class="story">
        <b>{text}</b>
        {after}{' '}
        {incident.state === 'closed' ? `When it was last dark, ${moment(Date.parse(incident.darkSince), now())}: ` : ''}
        {incident.summary} {behind}
      </p>
      {first === undefined ? null : <Fix remedy={first} word={fixWord(incident)} />}
      <CauseNote {...incident} />
    </>
  )
}

/** What is to be said of a port without an incident. */
function Remarks({ row: { remark, risk }, explained }: { row: PortRow; explained: Explained | null }) {
  const foreseen = risk > 0 ? (explained?.foreseen ?? null) : null
  const [first] = foreseen?.remedies ?? []
  return (
    <>
      {remark === null ? null : <p class="story">{sentence(remark)}.</p>}
      {risk === 0 ? null : (
        <p class="story is-risk">
          <b>At risk: {Math.round(risk * 100)} %</b> (chance that the next reschedule of its pods takes it down).{' '}
          {foreseen?.summary}
        </p>
      )}
      {first === undefined ? null : <Fix remedy={first} word="To prevent it" />}
    </>
  )
}
