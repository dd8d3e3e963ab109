import { type AnyWorkload, rolloutOf, type PodPlacement, type PodSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify, isManagedByHelm } from './identify.ts'
import { placementOf } from './placement.ts'
import type { pod, workload } from './schema.ts'

export function trimWorkload({ metadata, spec }: z.output<typeof workload>, kind: string): AnyWorkload {
  const replicas = spec.replicas ?? 1
  const strategy = kind === 'Deployment' ? spec.strategy : spec.updateStrategy
  return {
    ...identify(kind, metadata),
    owner: null,
    replicas,
    readyReplicas: 0,
    template: { ...placementOf(spec.template.metadata?.labels, spec.template.spec), ...claimTemplatesOf(spec) },
    ...(kind === 'Deployment' || kind === 'DaemonSet' ? { rollout: rolloutOf(strategy, kind, replicas) } : {}),
    managedByHelm: isManagedByHelm(metadata),
  }
}

function claimTemplatesOf({ volumeClaimTemplates }: z.output<typeof workload>['spec']): Partial<PodPlacement> {
  const claimTemplates = (volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)
  return claimTemplates.length === 0 ? {} : { claimTemplates }
}

export function trimPod({ metadata, spec }: z.output<typeof pod>): PodSnapshot {
  return {
    ...identify('Pod', metadata),
    placement: placementOf(metadata.labels, spec),
    node: null,
    owner: null,
    addresses: [],
    phase: 'Pending',
    ready: false,
    readySince: 0,
    unschedulable: null,
    disruption: null,
    deletedAt: 0,
    containers: [],
  }
}
