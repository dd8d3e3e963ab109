import { deleteObject } from '../api/deletion.ts'
import type { ControlContext } from './context.ts'

const OWNED = ['replicasets', 'pods', 'endpointslices'] as const
const OWNERS = ['deployments', 'replicasets', 'services'] as const

/** Deletes what a deleted object owned. */
export function collectGarbage({ store, clock }: ControlContext): void {
  const alive = new Set(OWNERS.flatMap((resource) => store.list(resource).map((object) => object.metadata.uid)))
  for (const resource of OWNED) {
    for (const object of store.list(resource)) {
      const owner = object.metadata.ownerReferences?.[0]
      if (owner !== undefined && !alive.has(owner.uid)) deleteObject(store, resource, object, clock.now())
    }
  }
}
