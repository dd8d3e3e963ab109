import type { AutoscalerSnapshot, CustomSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify } from './identify.ts'
import type { autoscaler, custom, httpScaler, kedaScaler } from './schema.ts'

/** API groups that are Kubernetes' own. Source: Kubernetes, "API Overview". */
const BUILT_IN = new Set([
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'policy',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'settings.k8s.io',
  'storage.k8s.io',
])

/** Files of tools, in the shape of objects. */
const TOOL_FILE =
  /(^|\.)config\.k8s\.io$|^(kind|cluster)\.x-k8s\.io$|^(kubeadm|audit)\.k8s\.io$|^(k3d\.io|ctlptl\.dev|eksctl\.io)$/

/** An object of this API version may be applied to a cluster: it is no file of a tool. */
export function isApplied(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/')
  return version === undefined || BUILT_IN.has(group) || (group.includes('.') && !TOOL_FILE.test(group))
}

/** Groups of objects for which nothing runs pods: certificates, monitoring, secrets, policies, addresses, snapshots. */
const HARMLESS =
  /(^|\.)(cert-manager\.io|monitoring\.coreos\.com|metallb\.io|keda\.sh|external-secrets\.io|bitnami\.com|kyverno\.io|gatekeeper\.sh|snapshot\.storage\.k8s\.io|projectcalico\.org|autoscaling\.k8s\.io|wgpolicyk8s\.io|policy\.networking\.k8s\.io|trivy-operator\.io|aquasecurity\.github\.io)$/

/** An object that Kubernetes does not know itself, and that somebody's controller may turn into pods, Services or listeners. */
export function isCustom(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/')
  return (
    version !== undefined &&
    group.includes('.') &&
    !BUILT_IN.has(group) &&
    !TOOL_FILE.test(group) &&
    !HARMLESS.test(group)
  )
}

export function trimCustom({ metadata, spec }: z.output<typeof custom>, kind: string): CustomSnapshot {
  const { namespace, name } = identify(kind, metadata)
  const servers = spec?.servers
  if (kind !== 'Gateway' || servers == null) return { kind, namespace, name }
  const ports = servers.flatMap(({ port }) => port?.number ?? [])
  return { kind, namespace, name, listens: { selector: spec?.selector ?? {}, ports } }
}

export function trimAutoscaler({ metadata, spec }: z.output<typeof autoscaler>): AutoscalerSnapshot {
  const { kind, name } = spec.scaleTargetRef
  return scaler('HorizontalPodAutoscaler', metadata, { kind, name }, spec.minReplicas ?? 1)
}

/** Source: KEDA, "ScaledObject specification". */
export function trimKedaScaler({ metadata, spec }: z.output<typeof kedaScaler>): AutoscalerSnapshot {
  const { kind, name } = spec.scaleTargetRef
  return scaler('ScaledObject', metadata, { kind: kind ?? 'Deployment', name }, spec.minReplicaCount ?? 0)
}

/** Source: KEDA HTTP add-on, HTTPScaledObject. */
export function trimHttpScaler({ metadata, spec }: z.output<typeof httpScaler>): AutoscalerSnapshot {
  const { kind, name, deployment } = spec.scaleTargetRef
  const target = { kind: kind ?? 'Deployment', name: name ?? deployment ?? '' }
  return scaler('HTTPScaledObject', metadata, target, spec.replicas?.min ?? 0)
}

function scaler(
  kind: string,
  metadata: Parameters<typeof identify>[1],
  target: AutoscalerSnapshot['target'],
  least: number,
): AutoscalerSnapshot {
  const { namespace, name } = identify(kind, metadata)
  return { kind, namespace, name, target, least }
}
