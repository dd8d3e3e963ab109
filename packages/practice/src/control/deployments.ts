import { createHash } from 'node:crypto'
import type { Deployment, ReplicaSet } from '../objects.ts'
import type { ControlContext } from './context.ts'

/**
 * Deployment -> ReplicaSets: one for each template; a rollout scales the new one up within maxSurge and the old ones
 * down within maxUnavailable. Recreate ends the old ones first.
 */
export function reconcileDeployments(context: ControlContext): void {
  for (const deployment of context.store.list('deployments')) {
    const { store } = context
    const { namespace = '', name, uid } = deployment.metadata
    const current = currentReplicaSet(context, deployment)
    const owned = store.list('replicasets').filter((set) => set.metadata.ownerReferences?.[0]?.uid === uid)
    const old = owned.filter((set) => set.metadata.uid !== current.metadata.uid)
    const scale = (set: ReplicaSet, replicas: number) =>
      store.update('replicasets', namespace, set.metadata.name, (copy) => {
        copy.spec.replicas = replicas
      })
    if (deployment.spec.strategy.type === 'Recreate') recreate(deployment, current, old, scale)
    else roll(deployment, current, old, scale)
    const sum = (field: 'replicas' | 'readyReplicas') => owned.reduce((total, set) => total + set.status[field], 0)
    store.update('deployments', namespace, name, (copy) => {
      copy.status = {
        replicas: sum('replicas'),
        updatedReplicas: current.status.replicas,
        readyReplicas: sum('readyReplicas'),
        availableReplicas: sum('readyReplicas'),
        unavailableReplicas: Math.max(0, deployment.spec.replicas - sum('readyReplicas')),
        observedGeneration: deployment.metadata.generation ?? 1,
      }
    })
  }
}

type Scale = (set: ReplicaSet, replicas: number) => void

function roll(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[], scale: Scale): void {
  const { replicas, strategy } = deployment.spec
  const surge = amount(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = amount(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  const wished = old.reduce((total, set) => total + set.spec.replicas, 0)
  const fresh = Math.max(Math.min(replicas, current.spec.replicas), Math.min(replicas, replicas + surge - wished))
  scale(current, fresh)
  const available = (set: ReplicaSet) => Math.min(set.spec.replicas, set.status.availableReplicas)
  const needed = replicas - unavailable
  let broken = wished + available(current) - needed
  let spare = [current, ...old].reduce((total, set) => total + available(set), 0) - needed
  for (const set of old) {
    const unhealthy = clamp(broken, set.spec.replicas - available(set))
    const healthy = clamp(spare, available(set))
    if (unhealthy + healthy > 0) scale(set, set.spec.replicas - unhealthy - healthy)
    broken -= unhealthy
    spare -= healthy
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most))
}

function recreate(deployment: Deployment, current: ReplicaSet, old: ReplicaSet[], scale: Scale): void {
  for (const set of old) scale(set, 0)
  if (old.every((set) => set.status.replicas === 0)) scale(current, deployment.spec.replicas)
}

function currentReplicaSet({ store }: ControlContext, deployment: Deployment): ReplicaSet {
  const { namespace = '', name: owner, uid } = deployment.metadata
  const { template } = deployment.spec
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
  const name = `${owner}-${hash}`
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash }
  const created = store.create('replicasets', {
    metadata: {
      name,
      namespace,
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: owner, uid, controller: true }],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 0 },
  })
  return created ?? (store.get('replicasets', namespace, name) as ReplicaSet)
}

/** `25%` of the replicas, or a number. */
function amount(value: number | string, replicas: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseFloat(value) / 100) * replicas)
}
