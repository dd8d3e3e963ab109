import { matchesLabels, selectorOf } from '@portolan/core'
import { isRecord } from '../json-patch.ts'
import { selector as selectorSchema } from '../trim/schema.ts'
import type { Fields } from './fields.ts'

/** An object of a pod network or of a mesh that may keep clients from pods. */
export interface Guard {
  kind: string
  namespace: string
  name: string
  /** Stands for the pods of all namespaces. */
  isForAll: boolean
  /** Whether it is about pods with these labels, as far as it says by labels. */
  concerns: (labels: Record<string, string>) => boolean
}

/** Where a mesh is installed: what is given there counts everywhere. */
const ROOTS = new Set(['istio-system', 'linkerd', 'kuma-system'])

/** Kinds that guard pods, by the group of their API. Source: the documentation of each, November 2026. */
const GUARDING: readonly { group: RegExp; kind: RegExp; guards?: (spec: Fields) => boolean }[] = [
  { group: /^cilium\.io$/, kind: /^Cilium(Clusterwide)?NetworkPolicy$/, guards: guardsEntry },
  { group: /(^|\.)projectcalico\.org$/, kind: /^(Staged)?(Global)?NetworkPolicy$/, guards: guardsEntry },
  { group: /^policy\.networking\.k8s\.io$/, kind: /NetworkPolicy$/, guards: guardsEntry },
  { group: /^security\.istio\.io$/, kind: /^PeerAuthentication$/, guards: isStrict },
  { group: /^security\.istio\.io$/, kind: /^AuthorizationPolicy$/ },
  { group: /^policy\.linkerd\.io$/, kind: /^Server$/ },
  { group: /^kuma\.io$/, kind: /^(MeshTrafficPermission|TrafficPermission)$/ },
]

export function guardOf(
  kind: string,
  apiVersion: string,
  { namespace, name, spec }: { namespace: string; name: string; spec: Fields },
): Guard | null {
  const group = apiVersion.split('/')[0] ?? ''
  const found = GUARDING.find((one) => one.group.test(group) && one.kind.test(kind))
  if (found === undefined || kind.startsWith('Staged') || found.guards?.(spec) === false) return null
  const selector = [spec['endpointSelector'], spec['selector'], spec['podSelector']].find(isRecord)
  return {
    kind,
    namespace,
    name,
    isForAll: /Clusterwide|Global|Admin|Baseline|^ClusterNetwork/.test(kind) || ROOTS.has(namespace),
    concerns: concerning(selector),
  }
}

/** Labels with a colon are those of Cilium, which has more than a pod does. */
function concerning(selector: unknown): Guard['concerns'] {
  const { success, data } = selectorSchema.safeParse(selector ?? {})
  if (!success) return () => true
  const { matchLabels, matchExpressions } = selectorOf(data)
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]
  if (keys.some((key) => key.includes(':'))) return () => true
  return (labels) => matchesLabels({ matchLabels, matchExpressions }, labels)
}

/** By its kind alone, whatever its group is. */
export function isGuard(kind: string): boolean {
  return GUARDING.some((one) => one.kind.test(kind))
}

/** One that is about what pods send alone keeps nobody out. */
function guardsEntry({ ingress, ingressDeny, types, egress }: Fields): boolean {
  if (Array.isArray(types)) return types.includes('Ingress')
  return ingress != null || ingressDeny != null || egress == null
}

function isStrict(spec: Fields): boolean {
  return /"mode":"STRICT"/.test(JSON.stringify(spec))
}
