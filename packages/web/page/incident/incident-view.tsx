import { darkWord, isRoute } from '@portolan/core'
import { useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { ExplanationDocument, IncidentDocument, RouteExplanationDocument } from '../documents.ts'
import type { Live } from '../live.ts'
import { Notes } from '../notes/notes.tsx'
import { Inside } from '../inside/inside.tsx'
import { CauseNote } from '../parts/cause-note.tsx'
import { Hops } from '../parts/hops.tsx'
import { LaneStrip } from '../parts/lane-strip.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { Remedies } from '../parts/remedies.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { moment } from '../time.ts'
import { portName } from '../words.ts'
import { Epochs } from './epochs.tsx'
import { tellStory } from './story.ts'
import { writePart } from '../route.ts'

export function IncidentView({ live, id }: { live: Live; id: string }) {
  const { value: incident, refused } = useAnswer<IncidentDocument>(`/incidents/${writePart(id)}`, live.news)
  const [opened] = useState(() => new Date(now() + 1000).toISOString())
  const open = incident?.state === 'open'
  const target = incident === null ? null : `${writePart(incident.target)}?cluster=${writePart(incident.cluster)}`
  const isOfRoute = incident !== null && isRoute(incident.target)
  const ofPort = target === null || isOfRoute ? null : `/targets/${target}`
  const { value: told } = useAnswer<ExplanationDocument>(ofPort, live.news)
  const { value: route } = useAnswer<RouteExplanationDocument>(isOfRoute ? `/routes/${target}` : null, live.news)
  if (refused !== null) {
    return (
      <section class="empty">
        <h1>There is no such incident</h1>
        <p>{refused}</p>
        <Link to={{ view: 'incidents' }}>All incidents</Link>
      </section>
    )
  }
  if (incident === null) return <article aria-busy="true" />
  const from = Date.parse(incident.darkSince)
  const to = incident.darkUntil === null ? null : Date.parse(incident.darkUntil)
  const margin = to === null ? 30_000 : Math.max(10_000, (to - from) / 2)
  const port = `${incident.cluster}/${incident.target}`
  const around = { view: 'timeline', port, from: from - margin, to: to === null ? null : to + margin } as const
  return (
    <article class="incident">
      <h1>
        <Mark state={open ? 'down' : 'up'} label={open ? `still ${darkWord(incident.target)}` : 'over'} />{' '}
        {incident.summary}
      </h1>
      <ul class="story">
        {tellStory(incident, now()).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {isOfRoute ? null : (
        <>
          <LaneStrip
            cluster={incident.cluster}
            target={incident.target}
            from={around.from}
            to={around.to}
            news={live.news}
            route={around}
          />
          <p class="links">
            <Link to={around}>On the timeline</Link>
            <Link to={{ view: 'now', port }}>Port {portName(incident.target)} now</Link>
          </p>
        </>
      )}
      <section>
        <h2>{open ? 'The fix' : 'What helps against it'}</h2>
        <Remedies remedies={incident.remedies} />
        <CauseNote cause={incident.cause} confidence={incident.confidence} />
      </section>
      {!open || route === null ? null : (
        <section>
          <h2>The way</h2>
          <Hops hops={route.hops} />
        </section>
      )}
      {!open || told === null ? null : (
        <section>
          <h2>The way</h2>
          <Hops hops={told.hops} />
          <Inside target={told.target} />
        </section>
      )}
      <section>
        <h2>Evidence</h2>
        <ul class="evidence">
          {incident.evidence.map(({ kind, text, at, object }) => (
            <li key={text}>
              <time dateTime={at}>{moment(Date.parse(at), now(), 'milliseconds')}</time>
              <span class="tag">{kind}</span>
              <span>
                {text}
                {object === undefined ? null : (
                  <small title={`uid ${object.uid}, resourceVersion ${object.resourceVersion}`}>
                    {object.kind} {object.namespace === '' ? object.name : `${object.namespace}/${object.name}`}
                  </small>
                )}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Notes
        cluster={incident.cluster}
        target={incident.target}
        range={{ from: incident.darkSince, to: incident.darkUntil ?? opened }}
        news={live.news}
      />
      <Epochs incident={incident} news={live.news} />
      {!open || told === null || told.ruledOut.length === 0 ? null : (
        <details class="ruled-out">
          <summary>{told.ruledOut.length} other causes were ruled out</summary>
          <dl>
            {told.ruledOut.map(({ cause, because }) => (
              <div key={cause}>
                <dt>
                  <code>{cause}</code>
                </dt>
                <dd>{because}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </article>
  )
}
