import type { Batch, BatchedFact } from '@portolan/core'

/** How far one source was heard, in one of its lives. */
export interface StreamPlace {
  cluster: string
  source: string
  boot: string
  /** The last one that is taken in. */
  sequence: number
  /** When it was, ms since the epoch. */
  at: number
}

/** Tells what is new of a batch: what was taken in once changes nothing the second time. */
export interface Streams {
  news(batch: Batch): BatchedFact[]
  /** The batch is taken in. @returns where its stream stands now */
  taken(batch: Batch, at: number): StreamPlace
}

export function createStreams(known: readonly StreamPlace[]): Streams {
  const places = new Map(known.map((place) => [keyOf(place), place]))
  return {
    news(batch) {
      let last = places.get(keyOf(batch))?.sequence ?? 0
      return batch.facts.filter(({ sequence }) => {
        if (sequence <= last) return false
        last = sequence
        return true
      })
    },
    taken(batch, at) {
      const key = keyOf(batch)
      const { cluster, source, boot } = batch
      const sequence = Math.max(places.get(key)?.sequence ?? 0, batch.facts.at(-1)?.sequence ?? 0)
      const place = { cluster, source, boot, sequence, at }
      places.set(key, place)
      return place
    },
  }
}

function keyOf({ cluster, source, boot }: Pick<StreamPlace, 'cluster' | 'source' | 'boot'>): string {
  return JSON.stringify([cluster, source, boot])
}
