import { pause } from '@portolan/base'
import type { Clock, Fact } from '@portolan/core'

/** Replays the facts of a recording at their original pace, or faster. */
export interface Player {
  /** What time it is in the recording. */
  clock: Clock
  /** By how much faster than ours its time goes by now; 0 before and after, and while it goes as fast as it can. */
  pace(): number
  /**
   * @param take called with each fact at the moment of its receipt
   * @param settle called now and then, so that what follows from the facts does not pile up
   * @returns how many there were, and when the last one was heard of
   */
  play(
    facts: AsyncIterable<Fact[]>,
    take: (fact: Fact) => void,
    settle: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ facts: number; until: number }>
}

/** Where nothing was recorded for so long, nobody watched: that is passed over. */
const GAP_MS = 60_000
const SETTLE_EVERY = 2000
/** Where a single fact costs much, a person who asks to stop is heard all the same. */
const SETTLE_MS = 200

/** @param speed how much faster than it went; null: as fast as it goes. @param from when its time stands before it begins */
export function createPlayer(options: { speed: number | null; from: number; clock: Clock }): Player {
  const { speed, clock } = options
  let base = { at: options.from, local: clock.monotonic() }
  let pace = 0
  /** While a fact is replayed it is the moment of its receipt, to the millisecond. */
  let told: number | null = null

  /** To the whole ms, as every clock: no store takes parts of one. */
  const now = () => told ?? Math.round(base.at + (clock.monotonic() - base.local) * pace)
  const stand = (at: number) => void (base = { at, local: clock.monotonic() })

  async function reach(at: number, times: number, signal: AbortSignal): Promise<void> {
    if (at - now() > GAP_MS) stand(at)
    for (let left = at - now(); left > 0 && !signal.aborted; left = at - now()) await pause(clock, left / times, signal)
  }

  return {
    clock: { now, monotonic: clock.monotonic, after: clock.after },
    pace: () => pace,
    async play(facts, take, settle, signal) {
      let count = 0
      let until = options.from
      let settledAt = clock.monotonic()

      async function tell(fact: Fact): Promise<void> {
        // What was known before comes first, and at once.
        if (pace === 0 && speed !== null && fact.observed.kind === 'outcome') {
          stand(fact.receivedAt)
          pace = speed
        }
        if (pace > 0) await reach(fact.receivedAt, pace, signal)
        else stand(fact.receivedAt)
        if (fact.observed.kind === 'clock') stand(fact.receivedAt)
        told = until = fact.receivedAt
        take(fact)
        told = null
        count += 1
        if (count % SETTLE_EVERY !== 0 && clock.monotonic() - settledAt < SETTLE_MS) return
        await settle()
        settledAt = clock.monotonic()
      }

      for await (const batch of facts) {
        for (const fact of batch) if (!signal.aborted) await tell(fact)
        if (signal.aborted) break
      }
      pace = 0
      stand(until)
      await settle()
      return { facts: count, until }
    },
  }
}
