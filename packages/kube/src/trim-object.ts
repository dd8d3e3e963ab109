import type { ObjectSnapshot } from '@portolan/core'
import { Failure, messageOf } from './failure.ts'
import type { WatchedResource } from './resources.ts'

/** Of an object only what is kept. @throws Failure rejected, which names the object */
export function trimObject(
  resource: WatchedResource,
  object: { metadata: { name: string; namespace?: unknown } },
): ObjectSnapshot {
  try {
    return resource.trim(object)
  } catch (error) {
    const { namespace, name } = object.metadata
    const place = `${resource.name} ${typeof namespace === 'string' ? `${namespace}/` : ''}${name}`
    throw new Failure('rejected', `${place} cannot be read (${messageOf(error)})`, error)
  }
}
