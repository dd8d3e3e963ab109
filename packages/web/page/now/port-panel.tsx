import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { ExplanationDocument, TargetDocument } from '../documents.ts'
import { Notes } from '../notes/notes.tsx'
import { CauseNote } from '../parts/cause-note.tsx'
import { Inside } from '../inside/inside.tsx'
import { isOfHost } from '../inside/by-thing.ts'
import { Hops } from '../parts/hops.tsx'
import { LaneStrip } from '../parts/lane-strip.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { Remedies } from '../parts/remedies.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { duration, moment } from '../time.ts'
import { portName, STATE_WORDS, SYMPTOM_WORDS } from '../words.ts'
import { writePart } from '../route.ts'
import { Routes } from './routes.tsx'

const STRIP_MS = 10 * 60_000

/** Everything about one port as it is now. */
export function PortPanel({ target, news }: { target: TargetDocument; news: number }) {
  const { id, cluster, state, since, service, note, degraded } = target
  const query = `?cluster=${writePart(cluster)}`
  const { value } = useAnswer<ExplanationDocument>(`/targets/${writePart(id)}${query}`, news)
  const incident = value?.incident ?? null
  const port = `${cluster}/${id}`
  const [from] = useState(() => now() - STRIP_MS)
  const strip = (
    <LaneStrip
      cluster={cluster}
      target={id}
      from={from}
      to={null}
      news={news}
      route={{ view: 'timeline', port, from: null, to: null }}
    />
  )
  return (
    <aside class={`panel is-${state}`} aria-label={`Port ${portName(id)}`}>
      <h1>
        <Mark state={state} label="" /> {portName(id)} {STATE_WORDS[state]}
        <small>
          {service ?? target.workload ?? 'nothing claims it'}, for {duration(now() - Date.parse(since))}
          {target.silenced ? ', silenced' : ''}
        </small>
      </h1>
      {incident === null ? null : (
        <>
          <p class="story">{incident.summary}</p>
          {strip}
          <Remedies remedies={incident.remedies} />
          <CauseNote cause={incident.cause} confidence={incident.confidence} />
        </>
      )}
      {incident === null ? strip : null}
      {note === null ? null : <p class="note">{note}</p>}
      {degraded === null ? null : <p class="note">It {degraded}.</p>}
      <p class="links">
        <Link to={{ view: 'timeline', port, from: null, to: null }}>Timeline</Link>
        {target.incident === null ? null : (
          <Link to={{ view: 'incident', id: target.incident }}>The whole incident</Link>
        )}
      </p>
      <Routes routes={target.routes} />
      <Notes cluster={cluster} target={id} range={null} news={news} />
      <h2>The way</h2>
      {value === null ? null : <Hops hops={value.hops} />}
      <h2>Seen from</h2>
      <table class="vantages">
        <tbody>
          {target.vantages.filter(isOfHost).map((seen) => (
            <tr key={`${seen.vantage} ${seen.target}`} class={seen.decides ? '' : 'is-aside'}>
              <th scope="row">
                {seen.target === id ? seen.vantage.replace('host/', '') : seen.target.replace('node:', '')}
              </th>
              <td>
                {seen.symptom === null ? null : (
                  <Mark state={seen.symptom === 'ok' ? 'up' : seen.decides ? 'down' : 'gap'} label="" />
                )}
                {seen.symptom === null ? 'not yet' : SYMPTOM_WORDS[seen.symptom]}
              </td>
              <td title={seen.at === null ? '' : moment(Date.parse(seen.at), now(), 'milliseconds')}>
                {seen.durationSeconds === null ? '' : `${Math.round(seen.durationSeconds * 1000)} ms`}
              </td>
              <td class="why">{seen.decides ? '' : 'not counted'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Inside target={target} />
    </aside>
  )
}
