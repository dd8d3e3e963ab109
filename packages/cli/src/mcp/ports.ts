import type { TargetView } from '@portolan/core'
import { encodeTargets } from '@portolan/wire'
import { chooseSight } from '../running/asked.ts'
import { findRunning } from '../running/folder.ts'
import { lastSeen, withStore } from '../stored.ts'
import { isProbed } from '../wait/waited-port.ts'
import { watchShortly } from '../why/short-watch.ts'
import type { Answer } from './answer.ts'
import { clusterInput, defineTool, type ToolWorld } from './tool.ts'

const WATCH_MS = 5000

export const ports = defineTool({
  name: 'ports',
  title: 'Watched ports',
  description:
    'List the watched ports, e.g. the host ports that are mapped into clusters of this machine: whether each answers (up, down, flapping, unknown, by_design), since when, its Service, and how probable it is that the next reschedule of its pods takes it down.',
  input: { cluster: clusterInput },
  async answer({ cluster }, world, signal): Promise<Answer> {
    const { targets, source } = await seenNow(world, signal)
    const some = targets.filter((target) => cluster === undefined || target.cluster === cluster)
    return {
      contract: 'targets',
      source,
      data: encodeTargets(some.map((target) => ({ ...target, vantages: [], pods: target.pods.slice(0, 3) }))),
      leftOut: ['the vantages of each port, and its pods after the third: why has what was seen'],
    }
  },
})

async function seenNow(
  world: ToolWorld,
  signal: AbortSignal,
): Promise<{ targets: TargetView[]; source: Answer['source'] }> {
  const { env, clock, asksPods } = world
  if (findRunning(env).length > 0) {
    return withStore({}, async (store, { running }) => {
      return { targets: (await lastSeen(store, clock.now())).ports, source: running?.kind ?? 'store' }
    })
  }
  const { demo: _, ...sight } = await chooseSight({ only: [] }, [], env)
  const targets = await watchShortly({ sight, asksPods, clock, signal }, WATCH_MS, ({ collector }) => {
    const found = collector.targets()
    return { found, isEnough: found.filter(isProbed).every(({ state }) => state !== 'unknown') }
  })
  return { targets, source: 'own' }
}
