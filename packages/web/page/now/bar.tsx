import { duration, timeOfDay } from '../time.ts'
import { STATE_WORDS } from '../words.ts'
import type { Slice } from './slices.ts'

/** A slice is so wide and high in its own picture, which is stretched to the width there is. */
const WIDTH = 10
const GAP = 2.5
const HEIGHT = 22
/** A second of darkness is seen, however long the slice. */
const LEAST_DARK = 0.35

/** Of a slice, what is drawn. */
export type Drawn = Pick<Slice, 'state' | 'darkShare'>

/** What the slice under the pointer says, and where. */
export interface Pointed {
  text: string
  x: number
  y: number
}

/**
 * The last hours of a port or a cluster.
 *
 * @param say a slice in words
 * @param onPoint with what the slice under the pointer says; null when it has left
 */
export function Bar<T extends Drawn>(props: {
  slices: readonly T[]
  say(slice: T): string
  label: string
  onPoint(said: Pointed | null): void
}) {
  const { slices, say, label, onPoint } = props
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    const slice = slices[Math.floor(((event.clientX - box.left) / box.width) * slices.length)]
    onPoint(slice === undefined ? null : { text: say(slice), x: event.clientX, y: box.bottom })
  }
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${slices.length * WIDTH - GAP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
    >
      {pathsOf(slices).map(([state, path]) => (
        <path key={state} class={`is-${state}`} d={path} />
      ))}
    </svg>
  )
}

/** One path for each state: there are many slices, and they differ in nothing else. */
function pathsOf(slices: readonly Drawn[]): [string, string][] {
  const paths = new Map<string, string>()
  const draw = (state: string, index: number, top: number, bottom: number) => {
    const step = `M${index * WIDTH} ${top}h${WIDTH - GAP}v${bottom - top}h${GAP - WIDTH}z`
    paths.set(state, `${paths.get(state) ?? ''}${step}`)
  }
  for (const [index, { state, darkShare }] of slices.entries()) {
    const isPartly = state === 'down' && darkShare < 1
    const top = isPartly ? round(HEIGHT * (1 - Math.max(LEAST_DARK, darkShare))) : 0
    if (isPartly) draw('up', index, 0, top)
    // Half as high: a shape beside the colour.
    if (state === 'flapping') draw(state, index, HEIGHT * 0.3, HEIGHT)
    else if (state === null || state === 'gap' || state === 'unknown' || state === 'by_design')
      draw(state ?? 'none', index, HEIGHT * 0.4, HEIGHT * 0.6)
    else draw(state, index, top, HEIGHT)
  }
  return [...paths]
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}

export function sliceText({ from, state, darkMs }: Slice, sliceMs: number): string {
  const when = stretchText(from, sliceMs)
  if (state === null) return `${when}: nothing is known`
  return `${when}: ${state === 'down' ? `dark for ${duration(darkMs)}` : STATE_WORDS[state]}`
}

/** `10:15 to 10:30` */
export function stretchText(from: number, ms: number): string {
  const precision = ms < 60_000 ? 'seconds' : 'minutes'
  return `${timeOfDay(from, precision)} to ${timeOfDay(from + ms, precision)}`
}

/** Beside the pointer. */
export function BarTip({ said }: { said: Pointed | null }) {
  if (said === null) return null
  return (
    <p class="bar-tip" aria-hidden="true" style={{ left: `${said.x}px`, top: `${said.y + 4}px` }}>
      {said.text}
    </p>
  )
}
