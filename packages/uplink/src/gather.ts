import type { BatchedFact, Told } from '@portolan/core'
import { type Contents, rankOf } from './rank.ts'

/** A batch as it travels: its text is the same whenever it is sent. */
export interface Cut extends Contents {
  body: string
  source: string
}

/** Numbers the facts of one stream and gathers them into batches. */
export interface Gatherer {
  /** @returns the batch that became full by it, if any */
  add(observed: Told, at: number): Cut | null
  /** Ends the batch that is being filled; null when it is empty. */
  cut(): Cut | null
}

const MOST_FACTS = 2000
const MOST_BYTES = 512 * 1024

export function createGatherer(stream: { cluster: string; source: string; boot: string }): Gatherer {
  const head = `${JSON.stringify(stream).slice(0, -1)},"facts":[`
  const tail = ']}'
  const emptyBytes = Buffer.byteLength(head) + tail.length
  let sequence = 0
  let texts: string[] = []
  let bytes = emptyBytes
  let counts = { success: 0, other: 0, failure: 0 }

  function cut(): Cut | null {
    if (texts.length === 0) return null
    const made = { body: `${head}${texts.join(',')}${tail}`, source: stream.source, last: sequence, counts }
    texts = []
    bytes = emptyBytes
    counts = { success: 0, other: 0, failure: 0 }
    return made
  }

  return {
    add(observed, at) {
      const fact: BatchedFact<Told> = { sequence: sequence + 1, at, observed }
      const text = JSON.stringify(fact)
      const size = Buffer.byteLength(text) + 1
      const full = texts.length === MOST_FACTS || bytes + size > MOST_BYTES ? cut() : null
      sequence += 1
      texts.push(text)
      bytes += size
      counts[rankOf(observed)] += 1
      return full
    },
    cut,
  }
}
