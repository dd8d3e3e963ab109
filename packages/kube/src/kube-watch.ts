import type { Clock, Log, Observation, Resource } from '@portolan/core'
import type { Bench } from './bench.ts'
import { createConnection } from './connection.ts'
import type { RestartReason } from './failure.ts'
import type { KubeAccess } from './find-cluster.ts'
import { createOutage } from './outage.ts'
import { watchResource } from './resource-watch.ts'
import { WATCHED } from './resources.ts'

/** Follows a cluster's objects, whatever happens to its API server. */
export interface KubeWatch {
  start(): void
  /** Ends all requests at once; nothing is said afterwards. */
  stop(): Promise<void>
}

const COMPARE_EVERY_MS = 5 * 60_000

/**
 * Each resource is said as `listed` at the start and after an interruption that could not be bridged, else as `object`
 * for each change; `watch` tells when a resource's watch stands and when it is lost (once an outage, and never for the
 * routine reconnects), `gap` from when to when something may have gone unseen.
 */
export function createKubeWatch(options: {
  access: KubeAccess
  clock: Clock
  log: Log
  /** `at`: when we heard of it, ms since the epoch. */
  onObservation(observation: Observation, at: number): void
  /** The last word from each watch, be it only that there is nothing new; every 30 s at least. */
  onHeard?(resource: Resource, at: number): void
  onRestart?(resource: Resource, reason: RestartReason): void
  /** Comparing with a list found `count` objects of which the watch had not told. They were emitted as `object`. */
  onMissed?(resource: Resource, count: number): void
  /** ms, 5 minutes by default. */
  compareEveryMs?: number
  /** In [0, 1). */
  random?: () => number
}): KubeWatch {
  const { access, clock, log } = options
  const stopping = new AbortController()
  function onObservation(observation: Observation): void {
    if (stopping.signal.aborted) return
    try {
      options.onObservation(observation, clock.now())
    } catch (error) {
      log.error({ error, kind: observation.kind, context: access.context }, 'an observation could not be processed')
    }
  }
  const bench: Bench = {
    connection: createConnection(access, log),
    clock,
    log,
    random: options.random ?? Math.random,
    stop: stopping.signal,
    outage: createOutage(clock, onObservation),
    compareEveryMs: options.compareEveryMs ?? COMPARE_EVERY_MS,
    onObservation,
    onHeard: (resource) => options.onHeard?.(resource, clock.now()),
    onRestart: (resource, reason) => options.onRestart?.(resource, reason),
    onMissed(resource, count) {
      log.warn(
        { resource, count, context: access.context },
        'the watch had missed changes; the periodic comparison found them',
      )
      options.onMissed?.(resource, count)
    },
  }
  let done: Promise<unknown> = Promise.resolve()
  return {
    start() {
      done = Promise.all(WATCHED.map((resource) => watchResource(resource, bench)))
    },
    async stop() {
      stopping.abort()
      await done
    },
  }
}
