const MOST_STRING = 600
/** A command or a diff is of no use when it is cut: a longer one is left out. */
const WHOLE = new Set(['command', 'diff'])
const MOST_WHOLE = 4000
/** How many items of each list, tried in this order. */
const LIST_SIZES = [100, 50, 20, 10, 5, 2, 1]
/** Of the sentences that say what was left out. */
const MOST_TOLD = 20

export interface Shortened {
  data: unknown
  /** What is not there, one phrase each. */
  leftOut: string[]
}

/** A document with strings and lists such that it has at most so many characters as JSON, or as few as it can have. */
export function shorten(document: unknown, mostCharacters: number): Shortened {
  let shortened: Shortened = { data: null, leftOut: [] }
  for (const size of LIST_SIZES) {
    const leftOut = new Map<string, number>()
    const note = (what: string, count: number) => leftOut.set(what, (leftOut.get(what) ?? 0) + count)
    const data = cut(document, size, '', note)
    const told = [...leftOut].map(([what, count]) => `${what}: ${count}`)
    shortened = { data, leftOut: told.slice(0, MOST_TOLD) }
    if (JSON.stringify(data).length <= mostCharacters) break
  }
  return shortened
}

type Note = (what: string, count: number) => void

function cut(value: unknown, size: number, path: string, note: Note): unknown {
  if (typeof value === 'string') {
    if (value.length <= MOST_STRING) return value
    note(`characters of ${path}`, value.length - MOST_STRING)
    return `${value.slice(0, MOST_STRING)}…`
  }
  if (Array.isArray(value)) {
    if (value.length > size) note(`items of ${path}`, value.length - size)
    return value.slice(0, size).map((one) => cut(one, size, path, note))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const inner = path === '' ? key : `${path}.${key}`
      if (!WHOLE.has(key) || typeof one !== 'string') return [[key, cut(one, size, inner, note)]]
      if (one.length <= MOST_WHOLE) return [[key, one]]
      note(inner, 1)
      return []
    }),
  )
}
