import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { serviceFinder } from '../incident/service-of.ts'
import type { Live } from '../live.ts'
import { addressOf, go } from '../navigation.ts'
import { now } from '../clock.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Mark } from '../parts/mark.tsx'
import { SearchField } from '../parts/search-field.tsx'
import type { Route } from '../route.ts'
import { duration } from '../time.ts'
import { clusterPrefix, isSeveral, nodeName, portName } from '../words.ts'
import { type Brush, BrushStrip } from './brush.tsx'
import { createCanvasTimeline, type CanvasTimeline } from './canvas-timeline.ts'
import { Legend } from './legend.tsx'
import { nameOf } from './rows.ts'
import type { SeenRow, Shown } from './shown.ts'
import { useNarrowed } from './use-narrowed.ts'
import type { View } from './view.ts'

type Props = { live: Live; route: Extract<Route, { view: 'timeline' }> }

const SPANS: [string, number][] = [
  ['1 min', 60_000],
  ['15 min', 15 * 60_000],
  ['1 h', 3_600_000],
  ['6 h', 6 * 3_600_000],
  ['24 h', 24 * 3_600_000],
]

const NOTHING: Shown = {
  rows: [],
  selected: null,
  tip: null,
  isLive: true,
  span: 15 * 60_000,
  view: { from: 0, to: 0 },
  nodes: [],
}

function darkWords({ episodes, darkMs }: SeenRow): string {
  return episodes === 0 ? 'never dark here' : `dark ${episodes}×, ${duration(darkMs)}`
}

/** What is shown, wherever that goes on: who opens the link sees the same. */
function linkTo(port: string | null, { from, to }: View): string {
  return location.origin + addressOf({ view: 'timeline', port, from, to: Math.min(to, now()) })
}

export function TimelineView({ live, route }: Props) {
  const stage = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const timeline = useRef<CanvasTimeline | null>(null)
  const brush = useRef<Brush>(null)
  const [shown, setShown] = useState<Shown>(NOTHING)
  const [text, setText] = useState('')
  const [onlyDark, setOnlyDark] = useState(false)
  const serviceOf = useMemo(() => serviceFinder(live.targets ?? []), [live.targets])

  useEffect(() => {
    if (stage.current === null || canvas.current === null) return
    const made = createCanvasTimeline({
      stage: stage.current,
      canvas: canvas.current,
      port: route.port,
      range: route.from === null && route.to === null ? null : { from: route.from, to: route.to },
      onShown: setShown,
      onView: (view) => brush.current?.place(view),
      onSettled: (port, range) =>
        go({ view: 'timeline', port, from: range?.from ?? null, to: range?.to ?? null }, 'replace'),
      onIncident: (id) => go({ view: 'incident', id }),
    })
    timeline.current = made
    return made.stop
  }, [])
  useEffect(() => timeline.current?.refresh(), [live.news])
  useEffect(() => timeline.current?.setAway(live.awaySince), [live.awaySince])

  const several = isSeveral(live.targets ?? [])
  const { rows, selected, tip, isLive, span, view, nodes } = shown
  const lanes = useNarrowed({ targets: live.targets, text, onlyDark, view, news: live.news })
  useEffect(() => timeline.current?.narrow(lanes), [lanes?.join()])
  useEffect(() => timeline.current?.laidOut(), [rows.length])
  return (
    <section class="timeline" aria-label="Timeline">
      <h1 class="unseen">Timeline</h1>
      <div class="tools">
        <div role="group" aria-label="How much to show">
          {SPANS.map(([name, ms]) => (
            <button
              key={name}
              type="button"
              aria-pressed={Math.abs(span - ms) < ms / 20}
              onClick={() => timeline.current?.show(ms)}
            >
              {name}
            </button>
          ))}
        </div>
        <div role="group" aria-label="Zoom">
          <button type="button" title="Zoom in (+)" onClick={() => timeline.current?.zoom('in')}>
            Zoom in
          </button>
          <button type="button" title="Zoom out (-)" onClick={() => timeline.current?.zoom('out')}>
            Zoom out
          </button>
        </div>
        <div class="live">
          <span class={isLive ? 'is-live' : ''}>{isLive ? 'Live' : 'Paused'}</span>
          <button type="button" onClick={() => timeline.current?.toggleLive()}>
            {isLive ? 'Pause' : 'Go live'}
          </button>
        </div>
        <SearchField text={text} onText={setText} what="port, Service, node" />
        <button type="button" aria-pressed={onlyDark} onClick={() => setOnlyDark(!onlyDark)}>
          Only what was dark
        </button>
        <CopyButton text={() => linkTo(route.port, view)} name="Copy link" what="The link to this port and time" />
      </div>
      <div class="room">
        <div
          class="stage"
          ref={stage}
          style={rows.length === 0 ? {} : { height: `${(timeline.current?.rowHeight() ?? 0) * rows.length + 46}px` }}
          tabIndex={0}
          role="group"
          aria-label="Lanes. Arrow keys pan and choose a port, plus and minus zoom, n and p go to the next and previous dark stretch, Enter opens its incident, Space pauses."
          onKeyDown={(event) => timeline.current?.key(event)}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <ul class="lane-names" style={{ height: `${rows.length * (timeline.current?.rowHeight() ?? 0)}px` }}>
            {rows.map((row, index) => (
              <li
                key={nameOf(row)}
                class={index === selected ? 'is-picked' : ''}
                style={{ height: `${timeline.current?.rowHeight() ?? 0}px` }}
              >
                <Mark state={row.seen?.now ?? 'unknown'} label="" />
                <b>
                  {portName(row.target)} <span title={serviceOf(row)}>{serviceOf(row).replace(/^default\//, '')}</span>
                </b>
                <small>
                  {several ? `${row.cluster}${row.seen === null ? '' : ': '}` : ''}
                  {row.seen === null ? '' : darkWords(row.seen)}
                </small>
              </li>
            ))}
          </ul>
          {lanes?.length === 0 ? <p class="no-lanes">No lane matches.</p> : null}
          {tip === null ? null : (
            <div class="tip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>
              {tip.lines.map((line, index) => (
                <p key={line}>{index === 0 ? clusterPrefix(tip.cluster, several) + line : line}</p>
              ))}
            </div>
          )}
        </div>
      </div>
      {view.to === 0 ? (
        <div class="brush" />
      ) : (
        <BrushStrip handle={brush} view={view} news={live.news} onView={(next) => timeline.current?.lookAt(next)} />
      )}
      <Legend nodes={nodes.map((node) => nodeName(node, rows[0]?.cluster ?? ''))} />
      <p class="unseen" role="status">
        {tip?.byKey === true ? clusterPrefix(tip.cluster, several) + tip.lines.join('. ') : ''}
      </p>
    </section>
  )
}
