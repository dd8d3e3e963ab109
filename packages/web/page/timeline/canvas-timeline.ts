import { now, pace } from '../clock.ts'
import { listenToGestures } from './gestures.ts'
import { createLayer } from './layer.ts'
import { laneShape } from './lane-shape.ts'
import { createLanesSource } from './lanes-source.ts'
import { type Geometry, paint } from './paint.ts'
import { NO_PROBES, type Probes } from './probes.ts'
import { createProbesSource } from './probes-source.ts'
import { firstKnown, nameOf, nextDark, NO_ROWS, type Row, type Rows, stretchAt } from './rows.ts'
import type { RowRange } from './source.ts'
import { type Shown, summaryOf } from './shown.ts'
import { readTheme } from './theme.ts'
import { describe, placeTip } from './tooltip.ts'
import { firstView, liveView, pan, reachesNow, spanOf, timeAt, type View, xOf, zoom } from './view.ts'

export interface CanvasTimeline {
  /** So much, up to now or around the middle of what is looked at. */
  show(span: number): void
  toggleLive(): void
  /** Looks at this, as somebody has drawn it. */
  lookAt(view: View): void
  /** Closer by one step, or from farther away. */
  zoom(way: 'in' | 'out'): void
  key(event: KeyboardEvent): void
  refresh(): void
  /** Shows these lanes alone, named as in an address of the page; null: all. */
  narrow(lanes: readonly string[] | null): void
  setAway(since: number | null): void
  /** The rows that were told have their room: there is something to scroll. */
  laidOut(): void
  rowHeight(): number
  stop(): void
}

const TOP = 44
const NARROW = 640
/** As wide as the names beside the lanes. */
const NAMES = 236
/** A live edge goes on for so long without a word from the collector. */
const TRUST_MS = 3000
const SETTLE_MS = 400
const DEFAULT_SPAN = 15 * 60_000
const SHORTEST_FIRST = 20_000

export function createCanvasTimeline(options: {
  stage: HTMLElement
  canvas: HTMLCanvasElement
  port: string | null
  /** null: live. */
  range: { from: number | null; to: number | null } | null
  onShown(shown: Shown): void
  /** With each frame. */
  onView(view: View): void
  onSettled(port: string | null, range: View | null): void
  onIncident(id: string): void
}): CanvasTimeline {
  const { stage, canvas, onShown, onView, onSettled, onIncident } = options
  const context = canvas.getContext('2d')
  let data = NO_ROWS
  let probes: Probes = NO_PROBES
  let isLive = options.range === null
  /** All there is, up to so much: what is before the first that is known is not worth its room. */
  let isFitting = isLive
  let most = DEFAULT_SPAN
  /** So much there was so far, of any rows that were in sight. */
  let fitted = 0
  let view = firstView(options.range, now(), most)
  let port = options.port
  let tip: Shown['tip'] = null
  let away: number | null = null
  let theme = readTheme(stage)
  let frame = 0
  let settling: ReturnType<typeof setTimeout> | undefined
  let sought = port !== null
  let isPanning = false
  let onceKnown: (() => void) | null = null
  const paintPanning = createLayer()
  const wide = createLanesSource(take)
  const closeUp = createProbesSource((seen) => {
    probes = seen
    draw()
  })

  /** The most that the stage may take, whatever it takes now. */
  const room = () => stage.parentElement?.clientHeight ?? stage.clientHeight
  const narrow = () => stage.clientWidth < NARROW
  const shape = () => laneShape(data.rows.length, room() - TOP, narrow())
  const rowHeight = () => shape().row
  const lanes = () => {
    const left = narrow() ? 0 : NAMES
    return { left, width: Math.max(1, stage.clientWidth - left) }
  }
  const selected = () => {
    const index = data.rows.findIndex((row) => port === nameOf(row) || port === row.target)
    return index < 0 ? null : index
  }

  /** One at least; no more than there are, as far as that is known. */
  function rowsInSight(): RowRange {
    const first = Math.floor(stage.scrollTop / rowHeight())
    const end = Math.max(first + 1, Math.ceil((stage.scrollTop + room() - TOP) / rowHeight()))
    const count = data.rows.length === 0 ? end : data.rows.length
    return { first: Math.min(first, count - 1), end: Math.min(end, count) }
  }

  const chosen = () => selected() ?? rowsInSight().first

  function take(rows: Rows): void {
    data = rows
    if (isLive && isFitting) {
      fitted = Math.min(most, Math.max(SHORTEST_FIRST, fitted, now() - firstKnown(rows)))
      view = liveView(now(), fitted)
    }
    tell()
    draw()
    const then = onceKnown
    onceKnown = null
    then?.()
  }

  /** What a person wants of a row that is out of sight waits until it is there. @returns whether it has to */
  function waitsFor(index: number, then: () => void): boolean {
    if (data.rows[index]?.isKnown !== false) return false
    onceKnown = then
    stage.scrollTop = index * rowHeight()
    fetchWanted()
    return true
  }

  function tell(): void {
    onShown({
      rows: data.rows.map((row) => summaryOf(row, view)),
      selected: selected(),
      tip,
      isLive,
      span: isFitting ? most : spanOf(view),
      view,
      nodes: data.nodes,
    })
  }

  function fetchWanted(): void {
    for (const source of [wide, closeUp]) source.look({ view, live: isLive, width: lanes().width, rows: rowsInSight() })
  }

  function look(next: View, live: boolean): void {
    view = next
    isLive = live
    fetchWanted()
    clearTimeout(settling)
    settling = setTimeout(() => {
      isPanning = false
      draw()
      onSettled(port, isLive ? null : view)
      tell()
    }, SETTLE_MS)
    draw()
  }

  /** A person looks somewhere else: at the live edge that goes on being live. */
  function lookAt(next: View): void {
    const [hadTip, wasLive] = [tip !== null, isLive]
    tip = null
    isFitting = false
    isPanning = Math.abs(spanOf(next) - spanOf(view)) < 1
    const beyond = next.to - liveView(now(), spanOf(next)).to
    const limited = beyond > 0 ? pan(next, -beyond) : next
    look(limited, reachesNow(limited, now()))
    // What is written beside the picture follows once it rests: it would be told anew with every frame.
    if (hadTip || isLive !== wasLive) tell()
  }

  function draw(): void {
    if (frame !== 0) return
    frame = requestAnimationFrame(() => {
      frame = 0
      if (context === null) return
      if (isLive) view = liveView(now(), spanOf(view))
      onView(view)
      const geometry = fit()
      const knownUntil = away === null ? Math.min(now(), data.to + TRUST_MS * pace()) : data.to
      const scene = {
        data,
        probes,
        view,
        knownUntil: Math.max(data.rows.length === 0 ? 0 : data.from, isLive ? knownUntil : Math.min(data.to, now())),
        selected: selected(),
      }
      const show = isPanning ? paintPanning : paint
      show(context, scene, geometry, theme)
    })
  }

  function fit(): Geometry {
    const { clientWidth: width, clientHeight: height } = stage
    const ratio = devicePixelRatio
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    return {
      width,
      height,
      left: lanes().left,
      sightFrom: lanes().left,
      top: TOP,
      shape: shape(),
      scrollTop: stage.scrollTop,
    }
  }

  function rowUnder(y: number): Row | null {
    return y < TOP ? null : (data.rows[Math.floor((y - TOP + stage.scrollTop) / rowHeight())] ?? null)
  }

  function tipAt(row: Row, at: number, y: number, byKey: boolean): void {
    const { left, width } = lanes()
    const x = left + xOf(at, view, width)
    const seen = probes.get(nameOf(row))
    const lines = describe(row, at, (spanOf(view) / width) * 8, now(), seen)
    tip = { ...placeTip(x, y, lines.length, stage), cluster: row.cluster, lines, byKey }
    tell()
  }

  function hover(x: number | null, y: number): void {
    const row = x === null ? null : rowUnder(y)
    const { left, width } = lanes()
    if (row === null || x === null || x < left) {
      if (tip !== null) {
        tip = null
        tell()
      }
      stage.style.cursor = ''
      return
    }
    const at = timeAt(x - left, view, width)
    stage.style.cursor = stretchAt(row.reach, at)?.incident == null ? 'grab' : 'pointer'
    tipAt(row, at, y, false)
  }

  function click(x: number, y: number): void {
    const row = rowUnder(y)
    if (row === null) return
    const { left, width } = lanes()
    port = nameOf(row)
    if (x < left) return look(view, isLive)
    const near = (spanOf(view) / width) * 4
    const at = timeAt(x - left, view, width)
    const incident = [at, at - near, at + near]
      .map((one) => stretchAt(row.reach, one)?.incident ?? null)
      .find((id) => id !== null)
    if (incident != null) return onIncident(incident)
    look(view, isLive)
    tipAt(row, at, y, false)
  }

  function choose(step: 1 | -1): void {
    const index = Math.min(
      data.rows.length - 1,
      Math.max(0, (selected() ?? (step === 1 ? -1 : data.rows.length)) + step),
    )
    const row = data.rows[index]
    if (row === undefined) return
    port = nameOf(row)
    const top = index * rowHeight()
    if (top < stage.scrollTop || top + rowHeight() > stage.scrollTop + stage.clientHeight - TOP) stage.scrollTop = top
    look(view, isLive)
    const showTip = () => {
      const known = data.rows[index]
      if (known === undefined) return
      tipAt(known, (view.from + Math.min(view.to, now())) / 2, TOP + top - stage.scrollTop, true)
    }
    if (!waitsFor(index, showTip)) showTip()
  }

  function jump(direction: 1 | -1): void {
    const row = data.rows[chosen()]
    if (row === undefined || waitsFor(chosen(), () => jump(direction))) return
    const dark = nextDark(row, tipTime ?? (direction === 1 ? view.from : view.to), direction)
    if (dark === null) return
    port = nameOf(row)
    tipTime = (dark.from + dark.to) / 2
    const span = spanOf(view)
    if (tipTime < view.from || tipTime > view.to) look({ from: tipTime - span / 2, to: tipTime + span / 2 }, false)
    tipAt(row, tipTime, TOP + chosen() * rowHeight() - stage.scrollTop, true)
  }
  let tipTime: number | null = null

  function openIncident(): void {
    const row = data.rows[chosen()]
    if (waitsFor(chosen(), openIncident)) return
    const at = tipTime ?? view.to
    const incident =
      row === undefined
        ? null
        : (stretchAt(row.reach, at)?.incident ?? row.reach.findLast((one) => one.incident !== null)?.incident)
    if (incident != null) onIncident(incident)
  }

  function toggleLive(): void {
    if (isLive) look(view, false)
    else look(liveView(now(), spanOf(view)), true)
    tell()
  }

  const zoomBy = (factor: number) => lookAt(zoom(view, factor, isLive ? view.to : (view.from + view.to) / 2))
  const keys: Record<string, () => void> = {
    ArrowLeft: () => lookAt(pan(view, -spanOf(view) / 8)),
    ArrowRight: () => lookAt(pan(view, spanOf(view) / 8)),
    ArrowUp: () => choose(-1),
    ArrowDown: () => choose(1),
    '+': () => zoomBy(0.7),
    '=': () => zoomBy(0.7),
    '-': () => zoomBy(1 / 0.7),
    n: () => jump(1),
    p: () => jump(-1),
    Enter: openIncident,
    ' ': toggleLive,
    End: () => look(liveView(now(), spanOf(view)), true),
  }

  const letGo = listenToGestures(stage, {
    view: () => view,
    lanes,
    fits: () => data.rows.length * rowHeight() + TOP <= stage.clientHeight,
    onView: lookAt,
    onHover: hover,
    onClick: click,
  })
  const resized = new ResizeObserver(() => look(view, isLive))
  resized.observe(stage)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const repaint = () => {
    theme = readTheme(stage)
    draw()
  }
  dark.addEventListener('change', repaint)
  const scrolled = () => {
    fetchWanted()
    draw()
  }
  stage.addEventListener('scroll', scrolled)
  const beat = setInterval(() => {
    if (!isLive) return
    fetchWanted()
    draw()
  }, 100)
  look(view, isLive)

  return {
    show(span) {
      tip = null
      isFitting = isLive
      most = span
      // What there is of it fits itself once it has come.
      fitted = 0
      if (isLive) look(liveView(now(), span), true)
      else lookAt(zoom(view, span / spanOf(view), (view.from + view.to) / 2))
      tell()
    },
    toggleLive,
    lookAt,
    zoom: (way) => zoomBy(way === 'in' ? 0.5 : 2),
    key(event) {
      const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
      if (run === undefined) return
      event.preventDefault()
      run()
    },
    refresh: () => wide.refresh(),
    narrow(lanes) {
      wide.narrow(lanes)
      stage.scrollTop = 0
      fetchWanted()
    },
    setAway(since) {
      away = since
      draw()
    },
    laidOut() {
      const index = selected()
      if (sought && index !== null) stage.scrollTop = Math.max(0, index * rowHeight() - stage.clientHeight / 3)
      sought = sought && index === null
    },
    rowHeight,
    stop() {
      clearInterval(beat)
      clearTimeout(settling)
      cancelAnimationFrame(frame)
      resized.disconnect()
      dark.removeEventListener('change', repaint)
      stage.removeEventListener('scroll', scrolled)
      letGo()
      wide.stop()
      closeUp.stop()
    },
  }
}
