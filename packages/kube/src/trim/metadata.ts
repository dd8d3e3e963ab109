import type { V1ObjectMeta } from '@kubernetes/client-node'
import { type OwnerRef, timeOrUnknown } from '@portolan/core'

export interface Meta {
  metadata?: V1ObjectMeta
}

/** What every snapshot is found by. */
export function identify({ metadata }: Meta) {
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
    createdAt: toTime(metadata?.creationTimestamp),
  }
}

/** The controller: other owners only keep the object alive. */
export function controllerOf({ metadata }: Meta): OwnerRef | null {
  const owner = metadata?.ownerReferences?.find((ref) => ref.controller)
  return owner ? { kind: owner.kind, name: owner.name, uid: owner.uid } : null
}

export function isManagedByHelm({ metadata }: Meta): boolean {
  return metadata?.labels?.['app.kubernetes.io/managed-by'] === 'Helm'
}

/** The API sends RFC 3339 strings, which its type declarations call Date. @returns ms since the epoch, 0 for none */
export function toTime(time: Date | string | null | undefined): number {
  return time ? timeOrUnknown(time) : 0
}
