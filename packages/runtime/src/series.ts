export type Labels<L extends string> = Record<L, string>

/** In the order in which they give way to each other where there are too many series. */
const RANKS = ['histogram', 'counter', 'gauge'] as const

/** What takes the place of a single one, where many are summed up. */
const OTHER = 'other'
/** The labels that there may be too many values of: routes, targets, and the nodes that look at a node. */
const SINGLES = ['route', 'target', 'source_node']

interface Family {
  rank: number
  labels: readonly string[]
  dropped(): number
  /** Has a series of a single one summed up from now on; false when it has none. */
  giveWay(): boolean
  remove(where: Record<string, string>): void
}

export interface FamilySeries<L extends string> {
  /** Under which labels to keep a value: its own, those of `other`, or none. A new series is taken in. */
  admit(values: Labels<L>): Labels<L> | null
  has(values: Labels<L>): boolean
  /** Removes every series that carries all values given. */
  remove(where: Partial<Labels<L>>): void
  /** From now on every series that is there is stale until it is taken in again. */
  mark(): void
  /** Removes what is stale. */
  sweep(): void
}

/** Which series there are, and which of those of single targets and pairs of nodes `max` has no room for. */
export interface Series {
  /**
   * @param size how many series Prometheus makes of one
   * @param drop takes one out of the registry
   */
  family<L extends string>(
    kind: (typeof RANKS)[number],
    labels: readonly L[],
    size: number,
    drop: (labels: Labels<L>) => void,
  ): FamilySeries<L>
  /** Removes the series with these values from every family that has all of these labels. */
  remove(where: Record<string, string>): void
  /** How many there are not, since they are summed up or, as gauges, left out. */
  dropped(): number
}

export function createSeries(max: number): Series {
  const families: Family[] = []
  let used = 0

  /** Lets those below the rank give way, the lowest first; false when that was not enough. */
  function makeRoom(size: number, rank: number): boolean {
    if (used + size <= max) return true
    const lower = families.filter((family) => family.rank < rank).sort((a, b) => a.rank - b.rank)
    return lower.some((family) => family.giveWay()) && makeRoom(size, rank)
  }

  return {
    family(kind, labels, size, drop) {
      type Values = Parameters<typeof drop>[0]
      const rank = RANKS.indexOf(kind)
      const single = SINGLES.find((label) => (labels as readonly string[]).includes(label))
      const known = new Map<string, Values>()
      /** A series that was summed up once stays so until its target leaves. */
      const refused = new Map<string, Values>()

      /** How many could give way. */
      let singles = 0
      /** Keys of those that were not taken in since `mark`. */
      let stale = new Set<string>()

      const keyOf = (values: Values) => labels.map((label) => values[label]).join('\0')

      const isSingle = (values: Values) => single !== undefined && (values as Labels<string>)[single] !== OTHER

      function take(values: Values): Values {
        known.set(keyOf(values), { ...values })
        if (isSingle(values)) singles += 1
        used += size
        return values
      }

      /** Single ones of the same kind give way to it; where none is left it is taken all the same. */
      function takeOther(values: Values): Values {
        if (known.has(keyOf(values))) return values
        makeRoom(size, rank + 1)
        return take(values)
      }

      function forget(key: string, values: Values): void {
        known.delete(key)
        stale.delete(key)
        used -= size
        if (isSingle(values)) singles -= 1
        drop(values)
      }

      function giveWay(): boolean {
        if (singles === 0) return false
        for (const [key, values] of known) {
          if (!isSingle(values)) continue
          forget(key, values)
          refused.set(key, values)
          return true
        }
        return false
      }

      function remove(where: Partial<Values>): void {
        const wanted = Object.entries(where) as [keyof Values, string][]
        const isMeant = (values: Values) => wanted.every(([label, value]) => values[label] === value)
        for (const [key, values] of known) if (isMeant(values)) forget(key, values)
        for (const [key, values] of refused) if (isMeant(values)) refused.delete(key)
      }

      /** One that is taken in later in the same round comes back by the same way. */
      function dropStale(): boolean {
        const [key] = stale
        if (key === undefined) return false
        forget(key, known.get(key) as Values)
        return true
      }

      // It is there at 0 from the beginning.
      if (labels.length === 0) take({} as Values)

      families.push({
        rank,
        labels,
        dropped: () => refused.size * size,
        giveWay,
        remove: remove as (where: Record<string, string>) => void,
      })

      return {
        admit(values) {
          const key = keyOf(values)
          stale.delete(key)
          if (known.has(key)) return values
          if (used + size > max) dropStale()
          if (!refused.has(key) && (makeRoom(size, rank) || single === undefined)) return take(values)
          refused.set(key, { ...values })
          return kind === 'gauge' || single === undefined ? null : takeOther({ ...values, [single]: OTHER })
        },
        has: (values) => known.has(keyOf(values)),
        remove,
        mark() {
          stale = new Set(known.keys())
          // There may be room again.
          refused.clear()
        },
        sweep() {
          while (dropStale());
        },
      }
    },

    remove(where) {
      const names = Object.keys(where)
      for (const family of families) if (names.every((name) => family.labels.includes(name))) family.remove(where)
    },

    dropped: () => families.reduce((sum, family) => sum + family.dropped(), 0),
  }
}
