import { pause } from '@portolan/base'
import type { Clock } from '@portolan/core'
import type { PracticeCluster } from '../cluster.ts'
import type { Pod } from '../objects.ts'
import { judgePeriod, type JudgedPeriod } from './right-causes.ts'
import { nodeIn, type Scenario } from './scenario.ts'

export interface ScenarioResult {
  startedAt: number
  endedAt: number
  /** Pods that were put on a node. */
  moves: number
  /** What was dark, and what is right to say of it. */
  dark: JudgedPeriod[]
}

/** Deploys what the scenario needs; done when every port answers. */
export async function prepareScenario(
  cluster: PracticeCluster,
  scenario: Scenario,
  signal?: AbortSignal,
): Promise<void> {
  const { beginsOn } = scenario
  const others = cluster.nodes().filter(({ name }) => beginsOn !== undefined && name !== nodeIn(cluster, beginsOn))
  for (const { name } of others) cluster.cordon(name)
  for (const deployment of scenario.deployments) cluster.deploy(deployment)
  for (const service of scenario.services) cluster.service(service)
  for (const ingress of scenario.ingresses ?? []) cluster.ingress(ingress)
  await cluster.settled(signal)
  for (const { name } of others) cluster.uncordon(name)
}

/**
 * Does to a prepared cluster what the scenario says, until the time is over or the signal aborts.
 *
 * @param options.onLeisure somebody looks on: is called where the scenario leaves time for that, as the third step begins.
 *   Without it the scenario goes on as fast as it began
 */
export async function runScenario(
  cluster: PracticeCluster,
  scenario: Scenario,
  options: {
    clock: Clock
    forMs: number
    signal?: AbortSignal
    onNarration(line: string): void
    onLeisure?(): void
  },
): Promise<ScenarioResult> {
  const { clock, forMs, onNarration, onLeisure } = options
  const leisureMs = onLeisure === undefined ? undefined : scenario.leisureMs
  const over = new AbortController()
  const end = () => over.abort()
  const cancel = clock.after(forMs, end)
  options.signal?.addEventListener('abort', end)
  if (options.signal?.aborted === true) end()
  const startedAt = clock.now()
  let moves = 0
  const unsubscribe = cluster.store.subscribe(({ resource, object, before }) => {
    if (resource !== 'pods') return
    const node = (object as Pod).spec.nodeName
    if (node !== undefined && (before as Pod | null)?.spec.nodeName === undefined) moves += 1
  })
  try {
    await pause(clock, Math.min(FIRST_LOOK_MS, forMs), over.signal)
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const step = scenario.steps[turn % scenario.steps.length]
      if (step === undefined) throw new RangeError(`scenario ${scenario.name} has no steps`)
      onNarration(step.tell(cluster))
      if (turn + 1 === QUICK_STEPS && leisureMs !== undefined) onLeisure?.()
      await step.act(cluster, over.signal)
      await pause(clock, turn + 1 < QUICK_STEPS ? step.pauseMs : (leisureMs ?? step.pauseMs), over.signal)
    }
  } catch (error) {
    if (!over.signal.aborted) throw error
  } finally {
    cancel()
    unsubscribe()
    options.signal?.removeEventListener('abort', end)
  }
  const endedAt = clock.now()
  const periods = cluster.darkPeriods().filter(({ until }) => until === null || until > startedAt)
  return { startedAt, endedAt, moves, dark: periods.map((period) => judgePeriod(period, endedAt)) }
}

/** Time to see that everything works, before anything happens. */
const FIRST_LOOK_MS = 3000
/** Enough to see what a scenario is about. */
const QUICK_STEPS = 3
