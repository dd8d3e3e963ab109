import { type Condition, type KubeObject, type Pod, type ResourceName, setCondition, timestamp } from '../objects.ts'
import type { Store } from './store.ts'

/**
 * Deletes an object. A pod that is on a node is only marked: its kubelet ends it and removes it then, at the latest
 * after the grace period. What a removed object owned is left to the garbage collector.
 *
 * @param disruption why, where the API says so (a drain, a taint): the pod's condition DisruptionTarget
 */
export function deleteObject(
  store: Store,
  resource: ResourceName,
  object: KubeObject,
  now: number,
  options: { graceSeconds?: number; disruption?: Pick<Condition, 'reason' | 'message'> } = {},
): void {
  const { namespace = '', name, deletionTimestamp } = object.metadata
  const spec = (object as Pod).spec
  const grace = options.graceSeconds ?? spec?.terminationGracePeriodSeconds ?? 30
  if (resource !== 'pods' || spec.nodeName === undefined || grace === 0) {
    store.remove(resource, namespace, name)
    return
  }
  if (deletionTimestamp !== undefined) return
  store.update('pods', namespace, name, (pod) => {
    if (options.disruption !== undefined) {
      setCondition(pod.status.conditions, { type: 'DisruptionTarget', status: 'True', ...options.disruption }, now)
    }
    pod.metadata.deletionTimestamp = timestamp(now + grace * 1000)
    pod.metadata.deletionGracePeriodSeconds = grace
  })
}

/** What `kubectl drain` does to each pod. */
export const EVICTION = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }

/** What becomes of the pods of a node that is gone for longer than they tolerate. */
export const TAINT_EVICTION = {
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
}
