import { backoff, pause, within } from '@portolan/base'
import type { Clock, Log, Observation } from '@portolan/core'
import type { Engine } from './engine.ts'
import { createEventMemory } from './event-memory.ts'
import { describeFailure, explainFailures } from './failure.ts'
import { ANSWER_MS, type FoundEngine, findEngine } from './find-engine.ts'
import { type NodeRules, readRules, type RuleQuestion } from './rules/read-rules.ts'
import { createRoster } from './roster.ts'
import { openSession, type Session } from './session.ts'

/** Watches the clusters of this machine through its container engine. */
export interface EngineWatch {
  /**
   * Resolves once the clusters are known, be there none. Later trouble is an observation and mended by reconnects.
   *
   * @throws PortolanError engine_not_found, engine_forbidden or engine_unreachable when no engine answers
   */
  start(): Promise<void>
  /**
   * Reads the rules of a node for one of its ports: three commands, of which each may take ten seconds. Never rejects.
   */
  readRules(question: RuleQuestion): Promise<NodeRules>
  stop(): Promise<void>
  /** The context that leads to a cluster, as the tool that made it names it; null for one that is not there. */
  contextOf(cluster: string): string | null
}

export interface EngineWatchOptions {
  env: NodeJS.ProcessEnv
  clock: Clock
  log: Log
  /**
   * Kinds: engine, containers, container, gap, balancer. What is said of the engine itself goes to every cluster. `at` is the
   * engine's time for `container`, ours for the others.
   */
  onObservation(cluster: string, observation: Observation, at: number): void
  /** All names, sorted; before the first observation of a new cluster, after the last (no containers) of one that went. */
  onClusters(names: string[]): void
  /** The label of this container names no cluster, so the container is left out: once for each such label. */
  onRefused(container: string, label: string): void
}

export function createEngineWatch(options: EngineWatchOptions): EngineWatch {
  const { clock, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const memory = createEventMemory()
  const roster = createRoster(options)
  let found: FoundEngine | null = null
  let watching: Promise<void> = Promise.resolve()

  /** Follows one session after the other; the first reconnect is immediate, and unsaid where it works. */
  async function keepWatching(engine: Engine, first: Session): Promise<void> {
    let session = first
    let failures = 0
    for (;;) {
      const openedAt = clock.monotonic()
      const reason = await session.ended
      const endedAt = clock.now()
      if (clock.monotonic() - openedAt > SETTLED_MS) failures = 0
      for (;;) {
        if (failures > 0) await pause(clock, backoff(failures - 1, LONGEST_WAIT_MS, Math.random), signal)
        if (signal.aborted) return engine.close()
        failures += 1
        try {
          session = await openSession({ engine, clock, roster, memory, signal, onObservation: options.onObservation })
          log.info({ reason }, 'reconnected to the container engine')
          break
        } catch (error) {
          if (signal.aborted) return engine.close()
          const retry = describeFailure(error)
          log[failures === 1 ? 'warn' : 'debug']({ reason, retry }, 'the container engine does not answer')
          const both = retry === reason ? reason : `${reason}, then ${retry}`
          roster.lost(`the container engine: ${both}`, endedAt)
        }
      }
    }
  }

  return {
    async start() {
      found = await findEngine({ env: options.env, clock, log, signal })
      const { engine, endpoint } = found
      try {
        const session = await openSession({
          engine,
          clock,
          roster,
          memory,
          signal,
          onObservation: options.onObservation,
        })
        watching = keepWatching(engine, session)
      } catch (error) {
        await engine.close()
        throw explainFailures([{ endpoint, error, group: null }])
      }
    },

    contextOf: roster.contextOf,
    readRules: (question) =>
      readRules(question, async (command) => {
        if (found === null) throw new Error('no container engine was found')
        const { engine } = found
        return within(clock, ANSWER_MS, signal, (inTime) => engine.run(command, inTime))
      }),

    async stop() {
      stopping.abort()
      await watching
    },
  }
}

/** A connection that lasted so long was a good one. */
const SETTLED_MS = 1000
const LONGEST_WAIT_MS = 5000
