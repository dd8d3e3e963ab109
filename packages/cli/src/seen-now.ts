import type { Clock, TargetView } from '@portolan/core'
import { chooseSight } from './running/asked.ts'
import { findRunning } from './running/folder.ts'
import { lastSeen, withStore } from './stored.ts'
import { isProbed } from './wait/waited-port.ts'
import { watchShortly } from './why/short-watch.ts'
import type { Source } from './why/source.ts'

const WATCH_MS = 5000

export interface SeenNow {
  targets: TargetView[]
  source: Source
}

/**
 * The ports as the running Portolan sees them; where none runs, as a watch of some seconds does.
 *
 * @throws PortolanError where it cannot work at all, or this machine has no cluster
 */
export async function seenNow(
  { env, clock, asksPods }: { env: NodeJS.ProcessEnv; clock: Clock; asksPods: boolean },
  signal: AbortSignal,
): Promise<SeenNow> {
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
