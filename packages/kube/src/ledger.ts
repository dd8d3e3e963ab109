import type { ObjectSnapshot } from '@portolan/core'
import type { Bench } from './bench.ts'
import { differences, nameOf, toObjects } from './differences.ts'
import type { Objects } from './differences.ts'
import type { Word } from './follow.ts'
import { list } from './list.ts'
import { listening } from './listening.ts'
import type { WatchedResource } from './resources.ts'
import { trimObject } from './trim-object.ts'

/** What is known of one resource, and up to which resource version. Everything that it learns is emitted. */
export interface Ledger {
  /** null: the list must be read first. */
  version(): string | null
  /** Reads the list and replaces all that was known. Answers whether that was out of date. */
  relist(): Promise<boolean>
  take(word: Word): void
  /** The API server does not know the kind, so there are none: said once. */
  absent(): void
  /** The version is too old to go on from. */
  expire(): void
  /** Makes up for what the watch missed. Answers how many objects that were; null when the server cannot tell. */
  compare(): Promise<number | null>
}

export function createLedger(resource: WatchedResource, bench: Bench): Ledger {
  let objects: Objects = new Map()
  let version: string | null = null
  let cluster = ''
  let isAbsent = false

  const current = (): string | null => (cluster === bench.connection.cluster() ? version : null)

  async function read(at: string | null): Promise<{ version: string; objects: Objects }> {
    const { connection, clock, stop } = bench
    const listed = await listening(clock, connection.server(), stop, (signal, heard) =>
      list(connection, resource, at, signal, heard),
    )
    stop.throwIfAborted()
    return { version: listed.version, objects: toObjects(listed.objects) }
  }

  function change(kind: 'set' | 'deleted', object: ObjectSnapshot): void {
    if (kind === 'set') objects.set(nameOf(object), object)
    else objects.delete(nameOf(object))
    bench.onObservation({ kind: 'object', change: kind, object })
  }

  return {
    version: current,
    expire: () => void (version = null),
    async relist() {
      const listed = await read(null)
      const changed = differences(objects, listed.objects, objects).length > 0
      objects = listed.objects
      version = listed.version
      isAbsent = false
      cluster = bench.connection.cluster()
      bench.onObservation({ kind: 'listed', resource: resource.name, objects: [...objects.values()] })
      return changed
    },
    take(word) {
      if (word.type !== 'BOOKMARK')
        change(word.type === 'DELETED' ? 'deleted' : 'set', trimObject(resource, word.object))
      version = word.object.metadata.resourceVersion
    },
    absent() {
      if (isAbsent) return
      objects = new Map()
      version = null
      isAbsent = true
      bench.onObservation({ kind: 'listed', resource: resource.name, objects: [] })
    },
    async compare() {
      const at = current()
      if (at === null) return null
      const then = new Map(objects)
      const listed = await read(at)
      if (listed.version !== at) return null
      const missed = differences(then, listed.objects, objects)
      for (const { change: kind, object } of missed) change(kind, object)
      return missed.length
    },
  }
}
