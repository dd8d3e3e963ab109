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
  /** Nothing of this life of the source was taken in, or so many others were since that it is forgotten. */
  isNew(batch: Batch): boolean
  /** The batch is taken in. @returns where its stream stands now */
  taken(batch: Batch, at: number): StreamPlace
}

/** Lives of one speaker that are remembered: an older one would have to be sent again after so many others. */
export const MOST_STREAMS = 256

export function createStreams(known: readonly StreamPlace[]): Streams {
  /** By speaker, the one that was heard last at the end. */
  const speakers = new Map<string, Map<string, StreamPlace>>()
  for (const place of known.toSorted((a, b) => a.at - b.at)) keep(place)

  function keep(place: StreamPlace): void {
    const speaker = speakerOf(place)
    const places = speakers.get(speaker) ?? new Map<string, StreamPlace>()
    speakers.set(speaker, places)
    places.delete(keyOf(place))
    places.set(keyOf(place), place)
    const [oldest] = places.keys()
    if (places.size > MOST_STREAMS && oldest !== undefined) places.delete(oldest)
  }

  const find = (batch: Batch) => speakers.get(speakerOf(batch))?.get(keyOf(batch))

  return {
    isNew: (batch) => find(batch) === undefined,
    news(batch) {
      let last = find(batch)?.sequence ?? 0
      return batch.facts.filter(({ sequence }) => {
        if (sequence <= last) return false
        last = sequence
        return true
      })
    },
    taken(batch, at) {
      const { cluster, source, boot } = batch
      const sequence = Math.max(find(batch)?.sequence ?? 0, batch.facts.at(-1)?.sequence ?? 0)
      const place = { cluster, source, boot, sequence, at }
      keep(place)
      return place
    },
  }
}

/** Whose token it is: that of the prober may name any host. */
function speakerOf({ source }: Pick<StreamPlace, 'source'>): string {
  return source.startsWith('prober/') ? 'prober' : source
}

function keyOf({ cluster, source, boot }: Pick<StreamPlace, 'cluster' | 'source' | 'boot'>): string {
  return JSON.stringify([cluster, source, boot])
}
