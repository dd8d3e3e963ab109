/** The stretch of time that is looked at, ms since the epoch. */
export interface View {
  from: number
  to: number
}

export const SHORTEST_MS = 1000
export const LONGEST_MS = 7 * 24 * 3_600_000

export function spanOf({ from, to }: View): number {
  return to - from
}

/** Zooms such that the time `at` stays where it is; below 1 is closer. */
export function zoom(view: View, factor: number, at: number): View {
  const span = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, spanOf(view) * factor))
  const share = (at - view.from) / spanOf(view)
  const from = at - span * share
  return { from, to: from + span }
}

export function pan(view: View, ms: number): View {
  return { from: view.from + ms, to: view.to + ms }
}

/** The last `span` ms, with a little room at the live edge. */
export function liveView(now: number, span: number): View {
  const to = now + span * 0.02
  return { from: to - span, to }
}

/** What is looked at first: what was asked for, else the last `span` ms. */
export function firstView(asked: { from: number | null; to: number | null } | null, now: number, span: number): View {
  if (asked === null) return liveView(now, span)
  const to = asked.to ?? Math.max(now, (asked.from ?? now) + 1000)
  return { from: asked.from ?? to - span, to }
}

/** Whoever looks at the live edge, or beyond it, wants to stay there. */
export function reachesNow(view: View, now: number): boolean {
  return view.to >= now
}

export function xOf(at: number, { from, to }: View, width: number): number {
  return ((at - from) / (to - from)) * width
}

export function timeAt(x: number, { from, to }: View, width: number): number {
  return from + (x / width) * (to - from)
}
