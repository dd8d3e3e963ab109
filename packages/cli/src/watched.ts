import { readLanes, type StoreReader } from '@portolan/collector'
import type { Lane } from '@portolan/core'
import type { Period } from './period.ts'
import type { LastSeen } from './stored.ts'

export function isWatched({ reach }: Lane): boolean {
  return reach.some(({ state }) => state !== 'gap')
}

/** Whether any port was watched in that time. */
export async function wasWatched(store: StoreReader, { ports, looks }: LastSeen, period: Period): Promise<boolean> {
  const { lanes } = await readLanes(store, ports, { ...period, resolutionMs: 0, lastLooks: looks })
  return lanes.some(isWatched)
}
