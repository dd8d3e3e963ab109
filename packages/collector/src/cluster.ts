import {
  type ClusterState,
  type Change,
  type Clock,
  createClusterState,
  type Effect,
  type Epoch,
  type Fact,
  type Observation,
  type Observer,
  type Assignment,
  type Burst,
  type reduce,
  type Log,
  type Settings,
} from '@portolan/core'
import type { Guard } from './guard.ts'

/** Carries facts into core's state of one cluster, and the effects out, in the order of receipt. */
export interface Cluster {
  readonly state: ClusterState
  take(fact: Fact): void
  /** Says something in the collector's own name, which happened at `at`. */
  say(observed: Observation, at: number): void
  stop(): void
}

export interface ClusterEffects {
  /** Called before the effects of the fact. */
  onFact(fact: Fact): void
  onAssign(to: Observer, assignment: Assignment): void
  onBurst(to: Observer, bursts: Burst[]): void
  onChange(change: Change): void
  onEpoch(epoch: Epoch): void
}

export function createCluster(options: {
  name: string
  settings?: Partial<Settings>
  /** Names this run of the collector as a source of facts. */
  boot: string
  clock: Clock
  log: Log
  guard: Guard
  /** Core's. */
  decide: typeof reduce
  effects: ClusterEffects
}): Cluster {
  const { name, boot, clock, log, guard, decide, effects } = options
  const state = createClusterState(name, options.settings)
  const queue: Fact[] = []
  let draining = false
  let sequence = 0
  let wake: { at: number; cancel: () => void } | null = null
  let stopped = false
  const stopListening = clock.onSet?.((byMs) => say({ kind: 'clock', byMs }, clock.now()))

  /** A callback may bring the next fact while the effects of this one are still carried out: it waits for its turn. */
  function take(fact: Fact): void {
    if (stopped) return
    queue.push({ ...fact, receivedAt: clock.now() })
    if (draining) return
    draining = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) judge(next)
    draining = false
  }

  /** Never throws: one fact that nobody foresaw must not end the watch. */
  function judge(fact: Fact): void {
    guard('facts', () => effects.onFact(fact))
    for (const effect of decide(state, fact)) guard(effect.kind, () => carryOut(effect))
  }

  function carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'assign':
        return effects.onAssign(effect.to, effect.assignment)
      case 'burst':
        return effects.onBurst(effect.to, effect.bursts)
      case 'announce':
        return effects.onChange(effect.change)
      case 'epoch':
        return effects.onEpoch(effect.epoch)
      case 'wakeAt':
        return wakeAt(effect.at)
      case 'fault': {
        const { source, observed, error } = effect
        log.error({ cluster: name, source, kind: observed, err: error }, 'a fact was not taken in')
        throw error
      }
    }
  }

  function wakeAt(at: number): void {
    if (wake !== null && wake.at <= at) return
    wake?.cancel()
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      wake = null
      // A timer may fire a little early.
      say({ kind: 'tick' }, Math.max(at, clock.now()))
    })
    wake = { at, cancel }
  }

  function say(observed: Observation, at: number): void {
    sequence += 1
    take({ cluster: name, source: 'collector', boot, sequence, at, receivedAt: 0, observed })
  }

  return {
    state,
    take,
    say,
    stop() {
      stopped = true
      stopListening?.()
      wake?.cancel()
    },
  }
}
