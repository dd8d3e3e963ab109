import { uidOf } from '../ids.ts'
import { type Kinds, type KubeObject, type Metadata, type ResourceName, timestamp } from '../objects.ts'
import { apiVersionOf, resourceNamed } from './resources.ts'

/** One change of one object; `before` is what it replaced. */
export interface StoreEvent {
  version: number
  resource: ResourceName
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
  before: KubeObject | null
}

/** What a caller hands in to create an object; the store adds the rest. */
export type Draft<R extends ResourceName> = Omit<Kinds[R], 'apiVersion' | 'kind' | 'metadata'> & {
  metadata: Partial<Metadata> & { name: string }
}

/**
 * The cluster's objects with one resourceVersion that counts through all of them, and the recent changes for watches.
 * Objects handed out are never changed afterwards: each update makes another.
 */
export interface Store {
  list<R extends ResourceName>(resource: R): Kinds[R][]
  get<R extends ResourceName>(resource: R, namespace: string, name: string): Kinds[R] | null
  /** null when the name is taken. */
  create<R extends ResourceName>(resource: R, draft: Draft<R>): Kinds[R] | null
  /** Hands a copy to `change`; a copy that stays equal is no update. null when there is no such object. */
  update<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    change: (copy: Kinds[R]) => Kinds[R] | void,
  ): Kinds[R] | null
  remove(resource: ResourceName, namespace: string, name: string): void
  version(): number
  /** Changes after `version`, oldest first; null when some of them are no longer kept (410 Gone). */
  since(version: number): StoreEvent[] | null
  /** Forgets all changes so far, as etcd's compaction does. */
  compact(): void
  subscribe(listener: (event: StoreEvent) => void): () => void
}

/**
 * @param keep how many changes are kept for watches that come back
 * @param random from 0 to below 1, for UIDs
 */
export function createStore(now: () => number, keep: number, random: () => number): Store {
  const objects = new Map<ResourceName, Map<string, KubeObject>>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let history: StoreEvent[] = []
  let compacted = 0
  let version = 0

  const shelf = <R extends ResourceName>(resource: R): Map<string, Kinds[R]> => {
    const found = objects.get(resource) ?? new Map<string, KubeObject>()
    objects.set(resource, found)
    return found as Map<string, Kinds[R]>
  }

  const commit = (type: StoreEvent['type'], resource: ResourceName, object: KubeObject, before: KubeObject | null) => {
    object.metadata.resourceVersion = String(++version)
    const key = keyOf(object.metadata.namespace ?? '', object.metadata.name)
    if (type === 'DELETED') shelf(resource).delete(key)
    else shelf(resource as 'statefulsets').set(key, object)
    const event = { version, resource, type, object, before }
    history.push(event)
    if (history.length > 2 * keep) {
      history = history.slice(-keep)
      compacted = (history[0]?.version ?? version) - 1
    }
    for (const listener of listeners) listener(event)
  }

  return {
    list: (resource) => [...shelf(resource).values()],
    get: (resource, namespace, name) => shelf(resource).get(keyOf(namespace, name)) ?? null,

    create(resource, draft) {
      const info = resourceNamed(resource)
      const metadata = {
        ...draft.metadata,
        uid: uidOf(random),
        resourceVersion: '',
        creationTimestamp: timestamp(now()),
      }
      if (info.namespaced) metadata.namespace ??= 'default'
      if (shelf(resource).has(keyOf(metadata.namespace ?? '', metadata.name))) return null
      if ('spec' in draft) metadata.generation = 1
      const object = { apiVersion: apiVersionOf(info), kind: info.kind, ...structuredClone(draft), metadata }
      commit('ADDED', resource, object as KubeObject, null)
      return object as unknown as Kinds[typeof resource]
    },

    update(resource, namespace, name, change) {
      const before = shelf(resource).get(keyOf(namespace, name))
      if (before === undefined) return null
      const copy = structuredClone(before)
      const after = change(copy) ?? copy
      Object.assign(after.metadata, {
        uid: before.metadata.uid,
        name,
        resourceVersion: before.metadata.resourceVersion,
      })
      if (JSON.stringify(after) === JSON.stringify(before)) return before
      if (JSON.stringify(after.spec) !== JSON.stringify(before.spec)) {
        after.metadata.generation = (before.metadata.generation ?? 0) + 1
      }
      commit('MODIFIED', resource, after, before)
      return after
    },

    remove(resource, namespace, name) {
      const before = shelf(resource).get(keyOf(namespace, name))
      if (before !== undefined) commit('DELETED', resource, structuredClone(before), before)
    },

    version: () => version,
    since: (from) => (from < compacted ? null : history.filter((event) => event.version > from)),
    compact() {
      history = []
      compacted = version
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`
}
