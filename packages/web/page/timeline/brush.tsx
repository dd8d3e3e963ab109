import { type Ref } from 'preact'
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from 'preact/hooks'
import { now } from '../clock.ts'
import type { IncidentDocument, LanesDocument } from '../documents.ts'
import { inPlace } from '../navigation.ts'
import { useAnswer } from '../parts/use-answer.ts'
import { useBeat } from '../parts/use-beat.ts'
import { moment } from '../time.ts'
import { around, BRUSH_COLUMNS, darkPath, dragged, type Grip, gripAt, overviewOf, sharesOf } from './brush-range.ts'
import { firstKnown, rowsOf } from './rows.ts'
import { spanOf, type View } from './view.ts'

/** So far back it looks by itself. */
const DAY_MS = 24 * 3_600_000
const SHORTEST_OVERVIEW_MS = 60_000
const REFRESH_MS = 30_000
const RESOLUTION_S = 600
/** So many ports say since when anything is known. */
const ASKED_PORTS = 20
const CLICK_PX = 4
/** Of the overview, for each press of a key. */
const STEP = 1 / 50

export interface Brush {
  /** Shows that this is looked at; for every frame. */
  place(view: View): void
}

/** All that is known in one strip, with what is looked at as a window: to drag, to widen, to draw anew. */
export function BrushStrip(props: { handle: Ref<Brush>; view: View; news: number; onView(view: View): void }) {
  const { handle, view, news, onView } = props
  const strip = useRef<HTMLDivElement>(null)
  const windowOf = useRef<HTMLDivElement>(null)
  const latest = useRef(view)
  const held = useRef<{ grip: Grip; view: View; began: number; x: number; moved: boolean } | null>(null)
  const beat = useBeat(REFRESH_MS)
  const known = useKnown(beat)
  const [overview, setOverview] = useState<View>(() => overviewOf(view, known))
  const outages = useOutages(overview, news)
  const path = useMemo(() => darkPath(outages, overview), [outages, overview.from, overview.to])

  const place = (next: View) => {
    latest.current = next
    const { from, to } = sharesOf(next, overview)
    // Transforms alone: anything else would be a jump of the layout with each frame.
    strip.current?.style.setProperty('--from', String(from))
    strip.current?.style.setProperty('--to', String(to))
  }
  useImperativeHandle(handle, () => ({ place }), [overview])
  useEffect(() => setOverview(overviewOf(view, known)), [known.from, known.to, view.from < overview.from])
  useEffect(() => place(latest.current), [overview])
  useEffect(() => place(view), [view.from, view.to])

  /** What reaches the end of the strip goes on with the time. */
  const show = (next: View) => onView(next.to < overview.to ? next : { ...next, to: Math.max(next.to, now()) })
  const timeAt = (clientX: number) => {
    const box = strip.current?.getBoundingClientRect()
    const share = box === undefined ? 0 : (clientX - box.left) / box.width
    return overview.from + share * spanOf(overview)
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0 || held.current !== null) return
    const { left = 0, right = 0 } = windowOf.current?.getBoundingClientRect() ?? {}
    strip.current?.setPointerCapture(event.pointerId)
    held.current = {
      grip: gripAt(event.clientX, left, right),
      view: latest.current,
      began: timeAt(event.clientX),
      x: event.clientX,
      moved: false,
    }
  }

  function move(event: PointerEvent): void {
    const hold = held.current
    if (hold === null || !strip.current?.hasPointerCapture(event.pointerId)) return
    hold.moved ||= Math.abs(event.clientX - hold.x) > CLICK_PX
    if (hold.moved) show(dragged(hold.grip, hold.view, hold.began, timeAt(event.clientX), overview))
  }

  function up(event: PointerEvent): void {
    const hold = held.current
    held.current = null
    if (hold?.moved === false && hold.grip === 'ground' && event.type === 'pointerup')
      show(around(hold.began, hold.view))
  }

  function press(event: KeyboardEvent, grip: Grip): void {
    const step = spanOf(overview) * STEP * (event.shiftKey ? 5 : 1)
    const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key]
    const ends = { Home: overview.from, End: overview.to }[event.key]
    if (by === undefined && ends === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const began = grip === 'to' ? latest.current.to : latest.current.from
    show(dragged(grip, latest.current, began, ends ?? began + (by ?? 0), overview))
  }

  const edge = (grip: 'from' | 'to', name: string) => {
    const at = Math.min(overview.to, Math.max(overview.from, view[grip]))
    return (
      <div
        class={`brush-edge is-${grip}`}
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={1000}
        aria-valuenow={Math.round(sharesOf(view, overview)[grip] * 1000)}
        aria-valuetext={moment(at, now())}
        title={`${name}: drag it, or use the arrow keys`}
        onKeyDown={(event) => press(event, grip)}
      />
    )
  }

  return (
    <div class="brush" role="group" aria-label="Choose what to show: drag the window or its edges, or draw a new one">
      <span>{moment(overview.from, now())}</span>
      <div
        ref={strip}
        class="brush-strip"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
      >
        <svg viewBox={`0 0 ${BRUSH_COLUMNS} 1`} preserveAspectRatio="none" aria-hidden="true">
          <path d={path} />
        </svg>
        <div ref={windowOf} class="brush-window" title="Drag to another time" />
        {edge('from', 'Start of what is shown')}
        {edge('to', 'End of what is shown')}
      </div>
      <span>now</span>
    </div>
  )
}

/** From the first moment of the last day that anything is known of. */
function useKnown(beat: number): View {
  const [from] = useState(() => new Date(now() - DAY_MS).toISOString())
  const { value, last } = useAnswer<LanesDocument>(
    inPlace(`/lanes?from=${from}&resolution=${RESOLUTION_S}&limit=${ASKED_PORTS}`),
    beat,
  )
  return useMemo(() => {
    const to = now()
    const rows = value ?? last
    const first = rows === null ? to : firstKnown(rowsOf(rows))
    return { from: Math.max(to - DAY_MS, Math.min(first, to - SHORTEST_OVERVIEW_MS)), to }
  }, [value, last, beat])
}

function useOutages({ from, to }: View, news: number): View[] {
  const range = `from=${new Date(Math.floor(from)).toISOString()}&to=${new Date(Math.ceil(to)).toISOString()}`
  const { value, last } = useAnswer<{ incidents: IncidentDocument[] }>(inPlace(`/incidents?${range}&limit=1000`), news)
  const { incidents } = value ?? last ?? { incidents: [] }
  return useMemo(
    () =>
      incidents.map(({ darkSince, darkUntil, closedAt }) => {
        const end = darkUntil ?? closedAt
        return { from: Date.parse(darkSince), to: end === null ? now() : Date.parse(end) }
      }),
    [incidents],
  )
}
