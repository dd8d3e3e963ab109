import { deleteObject } from '../api/deletion.ts'
import { isReady, type Pod, type ReplicaSet } from '../objects.ts'
import { type ControlContext, suffix } from './context.ts'

/** ReplicaSet -> Pods. A pod that terminates counts no more: its successor is made at once. */
export function reconcileReplicaSets(context: ControlContext): void {
  const { store } = context
  for (const set of store.list('replicasets')) {
    const { namespace = '', name, uid } = set.metadata
    const all = store.list('pods').filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === uid)
    const pods = all.filter((pod) => pod.metadata.deletionTimestamp === undefined)
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) createPod(context, set)
    const surplus = pods.length - set.spec.replicas
    if (surplus > 0) {
      for (const pod of [...pods].sort(leastMissed).slice(0, surplus)) {
        deleteObject(store, 'pods', pod, context.clock.now())
      }
    }
    store.update('replicasets', namespace, name, (copy) => {
      const ready = pods.filter(isReady).length
      const observedGeneration = set.metadata.generation ?? 1
      copy.status = { replicas: pods.length, readyReplicas: ready, availableReplicas: ready, observedGeneration }
    })
  }
}

/** Who goes first when there are too many: not scheduled, not ready, young. */
function leastMissed(a: Pod, b: Pod): number {
  const rank = (pod: Pod) => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1)
  return rank(a) - rank(b) || b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp)
}

function createPod({ store, random }: ControlContext, set: ReplicaSet): void {
  const { name, namespace = '', uid } = set.metadata
  const { template } = set.spec
  const tolerates = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists' as const,
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }))
  store.create('pods', {
    metadata: {
      ...template.metadata,
      name: `${name}-${suffix(random)}`,
      namespace,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
    },
    spec: { ...template.spec, tolerations: [...(template.spec.tolerations ?? []), ...tolerates] },
    status: { phase: 'Pending', conditions: [] },
  })
}
