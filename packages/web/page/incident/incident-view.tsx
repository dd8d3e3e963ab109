import { causeName, darkWord, isRoute, summaryText } from '@portolan/core'
import { useState } from 'preact/hooks'
import { Considered } from '../answer/considered.tsx'
import { Evidence } from '../answer/evidence.tsx'
import { Fix, fixesOf, fixWord } from '../answer/fix.tsx'
import { triggerOf } from '../answer/headline.ts'
import { PathView } from '../answer/path-view.tsx'
import { nameAt } from '../answer/place-names.ts'
import { useExplained } from '../answer/explained.ts'
import { now } from '../clock.ts'
import type { IncidentDocument } from '../documents.ts'
import type { Live } from '../live.ts'
import { Notes } from '../notes/notes.tsx'
import { rowsOf } from '../now/port-rows.ts'
import { CauseNote } from '../parts/cause-note.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { LaneStrip } from '../parts/lane-strip.tsx'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { writePart } from '../route.ts'
import { duration } from '../time.ts'
import { clusterPrefix, isSeveral, portName } from '../words.ts'
import { Actions } from './actions.tsx'
import { Epochs, placesText, useEpochs } from './epochs.tsx'
import { serviceFinder } from './service-of.ts'
import { sentencesOf } from './story.ts'
import { inPlace } from '../navigation.ts'
import { Times } from './times.tsx'

export function IncidentView({ live, id }: { live: Live; id: string }) {
  const { value: incident, refused } = useAnswer<IncidentDocument>(inPlace(`/incidents/${writePart(id)}`), live.news)
  if (refused !== null) {
    return (
      <section class="empty">
        <h1>There is no such incident</h1>
        <p>{refused}</p>
        <Link to={{ view: 'incidents' }}>All incidents</Link>
      </section>
    )
  }
  return incident === null ? <article aria-busy="true" /> : <Whole incident={incident} live={live} />
}

function Whole({ incident, live }: { incident: IncidentDocument; live: Live }) {
  const { cluster, target, cause, state, darkSince, darkUntil, darkSeconds } = incident
  const [opened] = useState(() => new Date(now() + 1000).toISOString())
  const epochs = useEpochs(incident, live.news)
  const open = state === 'open'
  const serviceOf = serviceFinder(live.targets ?? [])
  const { text, after } = triggerOf(incident, now())
  const port = `${cluster}/${target}`
  const name = clusterPrefix(cluster, isSeveral([incident, ...(live.targets ?? [])])) + portName(target)
  const from = Date.parse(darkSince)
  const to = darkUntil === null ? null : Date.parse(darkUntil)
  const margin = to === null ? 30_000 : Math.max(10_000, (to - from) / 2)
  const around = { view: 'timeline', port, from: from - margin, to: to === null ? null : to + margin } as const
  const was = `${open ? 'has been' : 'was'} ${darkWord(target)} for ${duration(darkSeconds * 1000)}`
  return (
    <article class="incident">
      <section class={`card answer is-${open ? 'down' : 'up'}`}>
        <h1>
          <Mark state={open ? 'down' : 'up'} label={open ? `still ${darkWord(target)}` : 'over'} /> {causeName(cause)}{' '}
          <small>
            {isRoute(target) ? 'Route' : 'Port'} {name} {serviceOf(incident)} {was}
          </small>
        </h1>
        <p class="story">
          <b>{text}</b>
          {after} {summaryText(incident)}
        </p>
        <ul class="facts">
          {sentencesOf(incident, now()).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <Times incident={incident} places={epochs.length === 0 ? null : placesText(epochs, cluster)} />
        {fixesOf(incident).map((remedy, index) => (
          <Fix key={remedy.text} remedy={remedy} word={index > 0 ? 'Or' : fixWord(incident)} />
        ))}
        <CauseNote {...incident} />
        <p class="section-names">
          <Link to={around}>On the timeline</Link>
          <Link to={{ view: 'now', port }}>
            {isRoute(target) ? 'Route' : 'Port'} {name} now
          </Link>
          <CopyButton text={() => location.href} name="Copy link" what="The link" />
          <Actions incidents={[incident]} serviceOf={serviceOf} />
        </p>
      </section>
      {isRoute(target) ? null : (
        <LaneStrip
          cluster={cluster}
          target={target}
          from={around.from}
          to={around.to}
          news={live.news}
          route={around}
        />
      )}
      <section class="card">
        <h2>Evidence</h2>
        <Evidence evidence={incident.evidence} />
      </section>
      {open ? <AsItIs incident={incident} live={live} /> : null}
      <section class="card">
        <h2>Notes</h2>
        <Notes
          cluster={cluster}
          target={target}
          range={{ from: darkSince, to: darkUntil ?? opened }}
          news={live.news}
        />
      </section>
      <Epochs epochs={epochs} cluster={cluster} />
    </article>
  )
}

/** Of what lasts still: the path as it is now, and which other causes it could be. */
function AsItIs({ incident: { cluster, target }, live }: { incident: IncidentDocument; live: Live }) {
  const row = rowsOf(live.targets ?? []).find((one) => one.cluster === cluster && one.target === target) ?? null
  const explained = useExplained(row, live.news)
  if (row === null || explained === null) return null
  const { hops, ruledOut, notChecked } = explained
  return (
    <>
      <section class="card">
        <h2>Path</h2>
        <PathView hops={hops} nameOf={(place) => nameAt(place, row, explained)} />
      </section>
      {notChecked.length === 0 ? null : (
        <details class="card">
          <summary>Could not be checked: {notChecked.length}</summary>
          <Considered causes={notChecked} />
        </details>
      )}
      {ruledOut.length === 0 ? null : (
        <details class="card">
          <summary>Ruled out: {ruledOut.length} other causes</summary>
          <Considered causes={ruledOut} />
        </details>
      )}
    </>
  )
}
