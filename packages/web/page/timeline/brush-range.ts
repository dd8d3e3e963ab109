import { SHORTEST_MS, spanOf, type View } from './view.ts'

/** What a pointer or key takes hold of. */
export type Grip = 'from' | 'to' | 'window' | 'ground'

/** No handle hides the other one. */
const LEAST_SHARE = 0.004

/** The overview that a view is a part of: all that is known, and at least what is looked at. */
export function overviewOf(view: View, known: View): View {
  const [from, to] = [Math.min(known.from, view.from), Math.max(known.to, Math.min(view.to, known.to))]
  return { from, to: Math.max(to, from + SHORTEST_MS) }
}

/** Where the view lies in the overview, as shares of its width. */
export function sharesOf(view: View, overview: View): { from: number; to: number } {
  const share = (at: number) => Math.min(1, Math.max(0, (at - overview.from) / spanOf(overview)))
  const from = Math.min(share(view.from), 1 - LEAST_SHARE)
  return { from, to: Math.max(share(view.to), from + LEAST_SHARE) }
}

/** So far outside, and so far inside of the window its edge is taken hold of, CSS pixels. */
const OUTSIDE = 16
const INSIDE = 8

/** What is at a point of the strip. By distance: a browser takes a finger for whatever can be focused near it. */
export function gripAt(x: number, left: number, right: number): Grip {
  const inside = Math.min(INSIDE, (right - left) / 4)
  if (x < left - OUTSIDE || x > right + OUTSIDE) return 'ground'
  if (x <= left + inside) return 'from'
  return x >= right - inside ? 'to' : 'window'
}

/**
 * What is looked at once somebody has dragged from one time to another.
 *
 * @param view of when it began. @param began, @param at ms since the epoch
 */
export function dragged(grip: Grip, view: View, began: number, at: number, overview: View): View {
  const inside = (time: number) => Math.min(overview.to, Math.max(overview.from, time))
  const by = at - began
  switch (grip) {
    case 'from':
      return { from: Math.min(inside(view.from + by), view.to - SHORTEST_MS), to: view.to }
    case 'to':
      return { from: view.from, to: Math.max(inside(view.to + by), view.from + SHORTEST_MS) }
    case 'window': {
      const limited = Math.min(overview.to - view.to, Math.max(overview.from - view.from, by))
      return { from: view.from + limited, to: view.to + limited }
    }
    case 'ground': {
      const [from, to] = [inside(Math.min(began, at)), inside(Math.max(began, at))]
      return { from, to: Math.max(to, from + SHORTEST_MS) }
    }
  }
}

/** The same length of time around a moment. */
export function around(at: number, view: View): View {
  const half = spanOf(view) / 2
  return { from: at - half, to: at + half }
}

const COLUMNS = 240

/** The columns of the overview in which a port was dark, as one path of a picture that is 1 high. */
export function darkPath(outages: readonly View[], overview: View): string {
  const dark = new Set<number>()
  const column = (at: number) => Math.floor(((at - overview.from) / spanOf(overview)) * COLUMNS)
  for (const { from, to } of outages) {
    const [first, last] = [Math.max(0, column(from)), Math.min(COLUMNS - 1, column(to))]
    for (let index = first; index <= last; index += 1) dark.add(index)
  }
  return [...dark].map((index) => `M${index} 0h1v1h-1z`).join('')
}

export { COLUMNS as BRUSH_COLUMNS }
