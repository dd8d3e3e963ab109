import { offsetAt } from '../zone.ts'
import type { ReachDocument } from '../documents.ts'
import { duration } from '../time.ts'
import { nodeName, SYMPTOM_WORDS } from '../words.ts'
import { firstAfter, nameOf, type Row, type Rows, type Timed } from './rows.ts'
import type { LaneShape } from './lane-shape.ts'
import type { Probes } from './probes.ts'
import type { Theme } from './theme.ts'
import { ticksOf } from './ticks.ts'
import { type View, xOf } from './view.ts'

/** Where things are, in CSS pixels. */
export interface Geometry {
  width: number
  height: number
  /** The lanes begin here, to the right of their names. */
  left: number
  /** The first row begins here, below the time axis. */
  top: number
  shape: LaneShape
  scrollTop: number
  /** No label begins before: what is left of it is out of sight. */
  sightFrom: number
}

export interface Scene {
  data: Rows
  /** Where so little time is looked at that they can be distinguished. */
  probes: Probes
  view: View
  /** Up to when something is known. */
  knownUntil: number
  selected: number | null
}

const BETWEEN = 3
/** Marks that are closer to each other are drawn as one. */
const MARK = 15
/** One move in so many pixels can be told from its neighbours. */
const CROWD = 60
/** No text fits into less: to measure one takes longer than all the rest. */
const LEAST_TEXT = 24
const MOVE_GLYPHS = { restarted: '↻', rescheduled: '→', recreated: '+', rollout: '⟳', scaled: '±' } as const

export function paint(canvas: CanvasRenderingContext2D, scene: Scene, geometry: Geometry, theme: Theme): void {
  const { width, height, left, top, scrollTop } = geometry
  const { row, nameAbove, reach, placement } = geometry.shape
  canvas.clearRect(0, 0, width, height)
  canvas.font = `11px ${theme.font}`
  canvas.textBaseline = 'middle'
  canvas.save()
  canvas.beginPath()
  canvas.rect(left, 0, width - left, height)
  canvas.clip()
  paintAxis(canvas, scene, geometry, theme)
  canvas.beginPath()
  canvas.rect(left, top, width - left, height - top)
  canvas.clip()
  const first = Math.max(0, Math.floor(scrollTop / row))
  const last = Math.min(scene.data.rows.length, Math.ceil((scrollTop + height - top) / row))
  const { nodes } = scene.data
  for (let index = first; index < last; index += 1) {
    const one = scene.data.rows[index]
    if (one === undefined) continue
    const y =
      top + index * row - scrollTop + nameAbove + Math.max(3, (row - nameAbove - reach - placement - BETWEEN) / 2)
    paintReach(canvas, one, y, scene, geometry, theme)
    paintPlacement(canvas, one, y + reach + BETWEEN, scene, geometry, theme, nodes)
    paintProbes(canvas, one, y, scene, geometry, theme)
    paintMoves(canvas, one, y, scene, geometry, theme)
    paintLabels(canvas, one, y, scene, geometry, theme)
  }
  canvas.restore()
}

function paintAxis(canvas: CanvasRenderingContext2D, scene: Scene, geometry: Geometry, theme: Theme): void {
  const { left, top, width, height, scrollTop, shape } = geometry
  const x = place(scene.view, geometry)
  const ticks = ticksOf(scene.view, width - left, offsetAt(scene.view.to))
  for (const { at, label } of ticks) {
    canvas.fillStyle = theme.line
    canvas.fillRect(Math.round(x(at)), 20, 1, height)
    canvas.fillStyle = theme.faint
    canvas.fillText(label, x(at) + 4, 11)
  }
  canvas.fillStyle = theme.line
  for (let y = top; y < height + scrollTop; y += shape.row)
    canvas.fillRect(left, y - scrollTop + shape.row - 1, width, 1)
  const taken: [number, number][] = []
  const marked = new Set<number>()
  for (const { at, text } of [
    ...scene.data.notes.map(({ from, text }) => ({ at: from, text })),
    ...scene.data.events,
  ]) {
    const start = x(at)
    const pixel = Math.round(start)
    // On a stormy day thousands of them share the pixels of one axis.
    if (start > width || marked.has(pixel)) continue
    marked.add(pixel)
    const end = start + canvas.measureText(`⚑ ${text}`).width + 10
    canvas.fillStyle = theme.mark
    canvas.globalAlpha = 0.35
    canvas.fillRect(pixel, 22, 1, height)
    canvas.globalAlpha = 1
    if (taken.some(([from, to]) => start < to && from < end)) continue
    taken.push([start, end])
    canvas.fillText(`⚑ ${text}`, start + 3, top - 10)
  }
  for (const note of scene.data.notes) {
    canvas.fillStyle = theme.mark
    canvas.globalAlpha = 0.08
    canvas.fillRect(x(note.from), 22, Math.max(2, x(note.to) - x(note.from)), height)
    canvas.globalAlpha = 1
  }
  const now = x(scene.knownUntil)
  canvas.fillStyle = theme.ink
  canvas.globalAlpha = 0.4
  canvas.fillRect(Math.round(now), 20, 1, height)
  canvas.globalAlpha = 1
}

function paintReach(
  canvas: CanvasRenderingContext2D,
  row: Row,
  y: number,
  scene: Scene,
  geometry: Geometry,
  theme: Theme,
): void {
  const { reach: height } = geometry.shape
  visible(row.reach, scene, geometry, (one, from, to) => {
    const { state } = one
    // What is worth seeing is never thinner than it can be seen.
    const width = Math.max(state === 'down' ? 2.5 : state === 'up' ? 0 : 1.5, to - from)
    const inset = state === 'down' ? 0 : Math.round(height * 0.3)
    canvas.fillStyle = theme.states[state]
    canvas.fillRect(from, y + inset, width, height - 2 * inset)
    paintPattern(canvas, state, from, y + inset, width, height - 2 * inset, theme)
  })
}

const PROBE = 2.2

/** Each vantage at a height of its own: a ring was answered, a full square was not. */
function paintProbes(
  canvas: CanvasRenderingContext2D,
  row: Row,
  y: number,
  { probes, view }: Scene,
  geometry: Geometry,
  theme: Theme,
): void {
  const own = probes.get(nameOf(row))
  if (own === undefined) return
  const { vantages } = own
  const x = place(view, geometry)
  canvas.lineWidth = 1
  for (const { at, vantage, symptom } of own.probes) {
    if (at < view.from || at > view.to) continue
    const middle = y + ((vantages.indexOf(vantage) + 0.5) / vantages.length) * geometry.shape.reach
    canvas.beginPath()
    if (symptom === 'ok') canvas.arc(x(at), middle, PROBE, 0, 7)
    else canvas.rect(x(at) - PROBE, middle - PROBE, 2 * PROBE, 2 * PROBE)
    canvas.fillStyle = symptom === 'ok' ? theme.paper : theme.ink
    canvas.fill()
    canvas.strokeStyle = symptom === 'ok' ? theme.ink : theme.paper
    canvas.stroke()
  }
}

/** On top of everything, with a ground of their own: a move may go right through them. */
function paintLabels(
  canvas: CanvasRenderingContext2D,
  row: Row,
  y: number,
  scene: Scene,
  geometry: Geometry,
  theme: Theme,
): void {
  const middle = y + geometry.shape.reach / 2
  visible(row.reach, scene, geometry, (one, from, to) => {
    const start = Math.max(from, geometry.sightFrom - 4)
    if (one.state !== 'down' || to - start < LEAST_TEXT) return
    const label = labelOf(one, to - start)
    const { width } = canvas.measureText(label)
    if (width > to - start - 10) return
    canvas.fillStyle = theme.states.down
    canvas.fillRect(start + 3, middle - 7, width + 4, 14)
    canvas.fillStyle = theme.paper
    canvas.fillText(label, start + 5, middle + 0.5)
  })
}

function labelOf({ darkSeconds, episodes, symptom }: Timed<ReachDocument>, width: number): string {
  if (episodes > 1) return `✕ ${episodes}×`
  const length = duration(darkSeconds * 1000)
  return width > 230 && symptom !== null ? `✕ dark ${length} (${SYMPTOM_WORDS[symptom]})` : `✕ ${length}`
}

/** A shape beside the colour: stripes flap, dots are unknown, dashes were not watched. */
function paintPattern(
  canvas: CanvasRenderingContext2D,
  state: ReachDocument['state'],
  from: number,
  y: number,
  width: number,
  height: number,
  theme: Theme,
): void {
  if (state === 'up' || state === 'down' || width < 4) return
  canvas.fillStyle = theme.paper
  const step = state === 'flapping' ? 5 : state === 'unknown' ? 4 : 10
  for (let x = from + step - (from % step); x < from + width; x += step) {
    canvas.fillRect(x, y, state === 'gap' ? 5 : state === 'flapping' ? 1.5 : 2, height)
  }
}

function paintPlacement(
  canvas: CanvasRenderingContext2D,
  row: Row,
  y: number,
  scene: Scene,
  geometry: Geometry,
  theme: Theme,
  nodes: string[],
): void {
  const { placement: height } = geometry.shape
  visible(row.placement, scene, geometry, ({ podNodes, mappedNode }, from, to) => {
    const width = Math.max(0.5, to - from - 0.5)
    if (podNodes.length === 0) {
      canvas.fillStyle = theme.line
      canvas.fillRect(from, y + height / 2 - 1, width, 2)
      return
    }
    const colour = theme.nodes[nodes.indexOf(podNodes[0] ?? '') % theme.nodes.length]
    canvas.fillStyle = podNodes.length > 1 ? theme.several : (colour ?? theme.several)
    canvas.fillRect(from, y, width, height)
    if (width < LEAST_TEXT) return
    const home = podNodes.includes(mappedNode) ? '⚓' : ''
    const label = `${home} ${podNodes.map((node) => nodeName(node, row.cluster)).join(', ')}`.trim()
    const start = Math.max(from, geometry.sightFrom - 4) + 8
    const text = [label, home].find((one) => one !== '' && canvas.measureText(one).width < to - start - 9)
    if (text === undefined) return
    canvas.fillStyle = theme.ink
    canvas.fillText(text, start, y + height / 2 + 0.5)
  })
}

function paintMoves(
  canvas: CanvasRenderingContext2D,
  row: Row,
  y: number,
  scene: Scene,
  geometry: Geometry,
  theme: Theme,
): void {
  const { reach, placement } = geometry.shape
  const x = place(scene.view, geometry)
  const groups: { x: number; kind: Row['moves'][number]['kind']; count: number }[] = []
  const isInSight = (centre: number) => centre > geometry.left - MARK && centre < geometry.width + MARK
  canvas.fillStyle = theme.ink
  for (const { at, kind, count } of row.moves) {
    const [centre, last] = [x(at), groups.at(-1)]
    if (last !== undefined && centre - last.x < MARK) last.count += count
    else groups.push({ x: centre, kind, count })
  }
  const shown = groups.filter((group) => isInSight(group.x))
  // Many of them would be a barcode: then each is a tick below the lane, and the pointer shows what it was.
  const isCrowded = shown.length > (geometry.width - geometry.left) / CROWD
  for (const { x: centre } of shown) {
    const [top, height] = isCrowded ? [y + reach + BETWEEN + placement, 4] : [y - 2, reach + BETWEEN + placement + 4]
    canvas.fillRect(Math.round(centre) - 0.5, top, 1, height)
  }
  if (isCrowded) return
  canvas.textAlign = 'center'
  for (const { x: centre, kind, count } of shown) {
    const middle = y + reach + BETWEEN + placement / 2
    canvas.beginPath()
    canvas.arc(centre, middle, 6.5, 0, 7)
    canvas.fillStyle = theme.paper
    canvas.fill()
    canvas.lineWidth = 1
    canvas.strokeStyle = theme.ink
    canvas.stroke()
    canvas.fillStyle = theme.ink
    canvas.fillText(count > 1 ? (count > 9 ? '9+' : String(count)) : MOVE_GLYPHS[kind], centre, middle + 0.5)
  }
  canvas.textAlign = 'start'
}

function visible<T extends { from: number; to: number }>(
  stretches: T[],
  scene: Scene,
  geometry: Geometry,
  draw: (one: T, from: number, to: number) => void,
): void {
  const { view, data, knownUntil } = scene
  const x = place(view, geometry)
  for (let index = firstAfter(stretches, view.from); index < stretches.length; index += 1) {
    const one = stretches[index]
    if (one === undefined || one.from > view.to) return
    // What lasted when it was told goes on until something else is heard.
    const to = one.to >= data.to ? Math.max(one.to, knownUntil) : one.to
    draw(one, Math.max(x(one.from), geometry.left - 4), Math.min(x(to), geometry.width + 4))
  }
}

function place(view: View, { left, width }: Geometry): (at: number) => number {
  return (at) => left + xOf(at, view, width - left)
}
