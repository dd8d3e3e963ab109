import { within } from '@portolan/base'
import type { Clock, Observation } from '@portolan/core'
import { type BalancerWatch, createBalancerWatch } from './balancers/balancer-watch.ts'
import type { Engine, EngineEvent } from './engine.ts'
import type { EventMemory } from './event-memory.ts'
import { describeFailure } from './failure.ts'
import { ANSWER_MS } from './find-engine.ts'
import { createRefresher } from './refresher.ts'
import type { Roster } from './roster.ts'

/** One connection to the engine, until it breaks. */
export interface Session {
  /** The reason, in a few words. */
  ended: Promise<string>
}

/** An event rarely comes alone: a stop is a kill, a die and a stop. */
const SETTLE_MS = 20

/** Even without events everything is looked at again: an engine that hangs is noticed, and so is what it did not tell. */
const LIST_EVERY_MS = 30_000

/**
 * Subscribes to events first and lists then, so that nothing falls between. Rejects where the engine does not answer.
 */
export async function openSession(options: {
  engine: Engine
  clock: Clock
  roster: Roster
  memory: EventMemory
  signal: AbortSignal
  onObservation(cluster: string, observation: Observation, at: number): void
}): Promise<Session> {
  const { engine, clock, roster, memory, onObservation } = options
  const closing = new AbortController()
  const signal = AbortSignal.any([options.signal, closing.signal])
  const ask = <Answer>(run: (inTime: AbortSignal) => Promise<Answer>) => within(clock, ANSWER_MS, signal, run)
  try {
    const { info, now } = await ask((inTime) => engine.describe(inTime))
    const events = await ask((inTime) => engine.events(memory.since, inTime))
    const nodes = await ask((inTime) => engine.listNodes(inTime))
    memory.startAt(now)
    roster.connected(info, clock.now())
    const reported = roster.update(nodes, clock.now())
    const balancers = createBalancerWatch({ engine, desktop: info.desktop, clock, signal, onObservation })
    balancers.look(reported)
    return { ended: follow(events, balancers) }
  } catch (error) {
    closing.abort()
    throw error
  }

  async function follow(events: AsyncIterable<EngineEvent>, balancers: BalancerWatch): Promise<string> {
    const failed = Promise.withResolvers<string>()
    let told = 0
    const refresher = createRefresher(clock, SETTLE_MS, async () => {
      const before = told
      try {
        const nodes = await ask((inTime) => engine.listNodes(inTime))
        // An event that came meanwhile may be newer than the list, and asks for another.
        if (told !== before || signal.aborted) return
        balancers.look(roster.update(nodes, clock.now()))
      } catch (error) {
        failed.resolve(describeFailure(error))
      }
    })
    const stopListing = every(clock, LIST_EVERY_MS, refresher.request)
    try {
      const take = (event: EngineEvent) => {
        told += 1
        roster.happened(event, clock.now())
        refresher.request()
      }
      return await Promise.race([failed.promise, takeAll(events, take)])
    } finally {
      stopListing()
      balancers.stop()
      refresher.stop()
      closing.abort()
    }
  }

  async function takeAll(events: AsyncIterable<EngineEvent>, take: (event: EngineEvent) => void): Promise<string> {
    try {
      for await (const event of events) {
        if (signal.aborted) break
        if (memory.isNew(event)) take(event)
      }
      return 'closed the stream of events'
    } catch (error) {
      return describeFailure(error)
    }
  }
}

function every(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = clock.after(ms, again)
  function again(): void {
    run()
    cancel = clock.after(ms, again)
  }
  return () => cancel()
}
