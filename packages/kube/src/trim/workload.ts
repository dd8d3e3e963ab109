import type { V1DaemonSet, V1Deployment, V1PodTemplateSpec, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node'
import { rolloutOf, type WorkloadSnapshot } from '@portolan/core'
import { controllerOf, identify, isManagedByHelm } from './metadata.ts'
import type { Meta } from './metadata.ts'
import { placementOf } from './placement.ts'

interface Replicated extends Meta {
  spec?: { replicas?: number; template?: V1PodTemplateSpec }
  status?: { readyReplicas?: number }
}

export const trimReplicaSet = (set: V1ReplicaSet): WorkloadSnapshot => trimReplicated('ReplicaSet', set)

export function trimStatefulSet(set: V1StatefulSet): WorkloadSnapshot {
  const workload = trimReplicated('StatefulSet', set)
  const claimTemplates = (set.spec?.volumeClaimTemplates ?? []).flatMap(({ metadata }) => metadata?.name ?? [])
  return claimTemplates.length === 0 ? workload : { ...workload, template: { ...workload.template, claimTemplates } }
}

export function trimDeployment(deployment: V1Deployment): WorkloadSnapshot {
  const workload = trimReplicated('Deployment', deployment)
  return { ...workload, rollout: rolloutOf(deployment.spec?.strategy, 'Deployment', workload.replicas) }
}

export function trimDaemonSet(set: V1DaemonSet): WorkloadSnapshot {
  return {
    kind: 'DaemonSet',
    ...commonOf(set, set.spec?.template),
    rollout: rolloutOf(set.spec?.updateStrategy, 'DaemonSet', set.status?.desiredNumberScheduled ?? 0),
    replicas: set.status?.desiredNumberScheduled ?? 0,
    readyReplicas: set.status?.numberReady ?? 0,
  }
}

function trimReplicated(kind: WorkloadSnapshot['kind'], workload: Replicated): WorkloadSnapshot {
  return {
    kind,
    ...commonOf(workload, workload.spec?.template),
    replicas: workload.spec?.replicas ?? 1,
    readyReplicas: workload.status?.readyReplicas ?? 0,
  }
}

function commonOf(workload: Meta, template: V1PodTemplateSpec | undefined) {
  return {
    ...identify(workload),
    owner: controllerOf(workload),
    template: placementOf(template ?? {}),
    managedByHelm: isManagedByHelm(workload),
  }
}
