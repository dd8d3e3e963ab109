import type { Clock, Told } from '@portolan/core'
import type { Parcel } from './delivery.ts'
import { createGatherer, type Cut, type Gatherer } from './gather.ts'
import type { Spool } from './spool.ts'

/** What is to be sent: how things stand before everything else, then the facts in their order. */
export interface Outbox {
  tell(observed: Told, at: number): void
  /** Facts reported from now on wait this long for others to share a batch with, ms. */
  pace(ms: number): void
  /** Ends the batch that is being filled. */
  cut(): void
  /** How things stand, in place of what was said of that before. */
  stand(observations: Told[], at: number): void
  next(): Parcel | null
}

export function createOutbox(options: {
  stream: { cluster: string; source: string; boot: string }
  spool: Spool
  clock: Clock
  /** There is something more to send. */
  onCut(): void
}): Outbox {
  const { stream, spool, clock } = options
  const facts = createGatherer(stream)
  const standing = createGatherer({ ...stream, boot: `${stream.boot}~standing` })
  let standingCuts: Cut[] = []
  let paceMs = 0
  let cancel: (() => void) | null = null

  function keep(made: Cut | null): void {
    if (made === null) return
    spool.push(made)
    options.onCut()
  }

  function cut(): void {
    cancel?.()
    cancel = null
    keep(facts.cut())
  }

  return {
    tell(observed, at) {
      keep(facts.add(observed, at))
      cancel ??= clock.after(paceMs, cut)
    },
    pace(ms) {
      paceMs = ms
    },
    cut,
    stand(observations, at) {
      standingCuts = gatherAll(standing, observations, at)
    },
    next() {
      const [first] = standingCuts
      if (first !== undefined) {
        const done = () => (standingCuts = standingCuts.filter((one) => one !== first))
        return parcel(first, done, done)
      }
      const oldest = spool.first()
      return oldest === null ? null : parcel(oldest, spool.shift, spool.refuse)
    },
  }
}

function gatherAll(gatherer: Gatherer, observations: Told[], at: number): Cut[] {
  const full = observations.map((observed) => gatherer.add(observed, at))
  return [...full, gatherer.cut()].filter((made) => made !== null)
}

function parcel({ body, last, counts }: Cut, done: () => void, refused: () => void): Parcel {
  return { body, last, facts: counts.success + counts.other + counts.failure, done, refused }
}
