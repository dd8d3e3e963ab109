import type { TargetDocument } from '../documents.ts'
import { portName } from '../words.ts'

type Port = Pick<TargetDocument, 'cluster' | 'id' | 'state' | 'silenced' | 'service'>

/** The names of ports that answered before and are dark now; those that somebody silenced are none. @param before null: not known */
export function newlyDark(before: readonly Port[] | null, now: readonly Port[]): string[] {
  if (before === null) return []
  const states = new Map(before.map(({ cluster, id, state }) => [`${cluster}/${id}`, state]))
  return now
    .filter(({ state, silenced }) => state === 'down' && !silenced)
    .filter(({ cluster, id }) => (states.get(`${cluster}/${id}`) ?? 'down') !== 'down')
    .map(({ id, service }) => (service === null ? portName(id) : `${portName(id)} ${service}`))
}
