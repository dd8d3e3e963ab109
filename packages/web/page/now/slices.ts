import type { ReachDocument } from '../documents.ts'
import { numberText } from '../numbers.ts'
import type { Timed } from '../timeline/rows.ts'

/** One of the equal stretches that the last hours are shown in. */
export interface Slice {
  from: number
  /** null: nothing is known of it. */
  state: ReachDocument['state'] | null
  /** Of the time that was watched. */
  darkShare: number
  darkMs: number
}

export interface Window {
  from: number
  to: number
  sliceMs: number
}

export const SLICES = 60
const MINUTE = 60_000
const SPANS = [1, 5, 15, 60, 180, 720].map((minutes) => minutes * MINUTE)
export const LONGEST = SPANS.at(-1) ?? 0

/** The shortest that holds all that is known, up to twelve hours; its slices begin at round times. */
export function windowOf(now: number, firstKnown: number): Window {
  const span = SPANS.find((one) => now - firstKnown <= one) ?? LONGEST
  const sliceMs = span / SLICES
  const to = Math.ceil(now / sliceMs) * sliceMs
  return { from: to - span, to, sliceMs }
}

/** @param reach of one port, in order and without overlaps */
export function slicesOf(reach: readonly Timed<ReachDocument>[], { from, to, sliceMs }: Window): Slice[] {
  const sums = Array.from(
    { length: Math.round((to - from) / sliceMs) },
    () => new Map<ReachDocument['state'], number>(),
  )
  for (const { from: begin, to: end, state, darkSeconds } of reach) {
    const darkPart = state === 'down' ? Math.min(1, (darkSeconds * 1000) / (end - begin)) : 0
    const first = Math.max(0, Math.floor((begin - from) / sliceMs))
    for (let index = first; index < sums.length && from + index * sliceMs < end; index += 1) {
      const start = from + index * sliceMs
      const shared = Math.min(end, start + sliceMs) - Math.max(begin, start)
      const sum = sums[index]
      if (shared <= 0 || sum === undefined) continue
      // What is told together with a dark stretch answered for the rest of it.
      add(sum, state, state === 'down' ? shared * darkPart : shared)
      if (darkPart < 1 && state === 'down') add(sum, 'up', shared * (1 - darkPart))
    }
  }
  return sums.map((sum, index) => sliceOf(sum, from + index * sliceMs))
}

function add(sum: Map<ReachDocument['state'], number>, state: ReachDocument['state'], ms: number): void {
  sum.set(state, (sum.get(state) ?? 0) + ms)
}

function sliceOf(sum: ReadonlyMap<ReachDocument['state'], number>, from: number): Slice {
  const ms = (state: ReachDocument['state']) => sum.get(state) ?? 0
  const darkMs = ms('down')
  const watched = darkMs + ms('up') + ms('flapping')
  const [longest] = [...sum].sort(([, a], [, b]) => b - a)
  const state = darkMs > 0 ? 'down' : ms('flapping') > 0 ? 'flapping' : (longest?.[0] ?? null)
  return { from, state, darkMs, darkShare: watched === 0 ? 0 : darkMs / watched }
}

/** The share of the watched time in which it answered; null where it was never watched. */
export function answeredShare(reach: readonly Timed<ReachDocument>[], { from, to }: Window): number | null {
  let [watched, dark] = [0, 0]
  for (const one of reach) {
    const shared = Math.min(one.to, to) - Math.max(one.from, from)
    if (shared <= 0 || !['up', 'down', 'flapping'].includes(one.state)) continue
    watched += shared
    dark += one.state === 'down' ? one.darkSeconds * 1000 * (shared / (one.to - one.from)) : 0
  }
  return watched === 0 ? null : Math.max(0, 1 - dark / watched)
}

/** `97.1 %`; `100 %` and `0 %` only where it is exactly so. */
export function shareText(share: number): string {
  if (share === 1 || share === 0) return `${share * 100} %`
  return `${numberText(Math.min(999, Math.max(1, Math.floor(share * 1000))) / 10, 1)} %`
}
