import { hash } from '../model/hash.ts'

/** Names in the order of their hashes: a name that arrives or leaves changes its own neighbourhood only. */
export interface Ring {
  names: readonly string[]
  places: readonly number[]
}

/** How many others each node probes. */
export const SUCCESSORS = 8

export function createRing(names: Iterable<string>): Ring {
  const entries = [...new Set(names)]
    .map((name) => ({ name, place: hash(name) }))
    .sort((a, b) => a.place - b.place || (a.name < b.name ? -1 : 1))
  return { names: entries.map(({ name }) => name), places: entries.map(({ place }) => place) }
}

/** The first on the ring after where `key` falls, of those that are wanted. @param count at most so many */
export function pickFromRing(ring: Ring, key: string, count: number, isWanted: (name: string) => boolean): string[] {
  const { names, places } = ring
  const start = firstFrom(places, hash(key))
  const found: string[] = []
  for (let step = 0; step < names.length && found.length < count; step += 1) {
    const name = names[(start + step) % names.length] as string
    if (isWanted(name)) found.push(name)
  }
  return found
}

export function isOnRing({ names, places }: Ring, name: string): boolean {
  const place = hash(name)
  for (let index = firstFrom(places, place); places[index] === place; index += 1) if (names[index] === name) return true
  return false
}

function firstFrom(places: readonly number[], place: number): number {
  let from = 0
  let to = places.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((places[middle] as number) < place) from = middle + 1
    else to = middle
  }
  return from
}

/**
 * Whom each node probes: its next `k` on the ring. So each node is probed by exactly `k` others (by all, where there are
 * no more), and one that arrives or leaves changes `k` lists only.
 */
export function successorsOnRing({ names }: Ring, k = SUCCESSORS): Map<string, string[]> {
  const many = Math.min(k, names.length - 1)
  return new Map(
    names.map((name, index) => [
      name,
      Array.from({ length: many }, (_, step) => names[(index + step + 1) % names.length] as string),
    ]),
  )
}
