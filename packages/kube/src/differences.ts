import type { ObjectSnapshot, Observation } from '@portolan/core'

/** By `namespace/name`, of one resource. */
export type Objects = Map<string, ObjectSnapshot>

export function toObjects(list: ObjectSnapshot[]): Objects {
  return new Map(list.map((object) => [nameOf(object), object]))
}

export function nameOf(object: ObjectSnapshot): string {
  return `${object.namespace}/${object.name}`
}

/**
 * What a watch should have said and did not. Where it has spoken of an object since, it is right and the list is old.
 *
 * @param then what was known by the watch at one resource version
 * @param listed the list at that same version
 * @param now what is known by now
 */
export function differences(then: Objects, listed: Objects, now: Objects): Extract<Observation, { kind: 'object' }>[] {
  const untouched = (name: string): boolean => now.get(name) === then.get(name)
  const appeared = [...listed].filter(([name, object]) => !isSame(then.get(name), object) && untouched(name))
  const vanished = [...then].filter(([name]) => !listed.has(name) && untouched(name))
  return [
    ...vanished.map(([, object]) => ({ kind: 'object', change: 'deleted', object }) as const),
    ...appeared.map(([, object]) => ({ kind: 'object', change: 'set', object }) as const),
  ]
}

function isSame(one: ObjectSnapshot | undefined, other: ObjectSnapshot): boolean {
  return one?.uid === other.uid && one.resourceVersion === other.resourceVersion
}
