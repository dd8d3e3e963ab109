import {
  keyOf,
  type NodeSelectorTerm,
  type NodeSnapshot,
  type PodPlacement,
  type Toleration,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
} from '../model/snapshot.ts'
import { matchesTerm, neverFitsBecause } from './scheduling.ts'

/** PersistentVolumes and their claims, by their keys. */
export type Volumes = ReadonlyMap<string, VolumeSnapshot | VolumeClaimSnapshot>

/** Pods that may mount volumes. */
interface Mounting {
  readonly kind: string
  readonly replicas: number | null
  readonly namespace: string
  readonly name: string
  readonly template: PodPlacement
}

/**
 * Why no such pod will ever run on this node, by what it asks for itself and by where its volumes are; null when one may.
 * A claim that is bound to no volume yet waits for its pod and keeps it from nowhere.
 *
 * Source: Kubernetes, "Persistent Volumes", node affinity.
 */
export function neverRunsBecause(volumes: Volumes, pods: Mounting, node: NodeSnapshot): string | null {
  const reasons = oneByOne(pods).map(
    (one) => neverFitsBecause(one.template, node) ?? volumeKeepsFrom(volumes, one, node),
  )
  return reasons.includes(null) ? null : (reasons[0] ?? neverFitsBecause(pods.template, node))
}

/** Pinned to the node, and tolerating its taints, such pods would run there. */
export function wouldRunPinned(volumes: Volumes, pods: Mounting, node: NodeSnapshot): boolean {
  const tolerations: Toleration[] = [{ key: '', operator: 'Exists', value: '', effect: '' }]
  return neverRunsBecause(volumes, { ...pods, template: { ...pods.template, tolerations } }, node) === null
}

function volumeKeepsFrom(volumes: Volumes, pods: Mounting, node: NodeSnapshot): string | null {
  for (const claim of pods.template.claims ?? []) {
    const bound = boundTo(volumes, pods.namespace, claim)
    if (bound !== null && bound.terms.length > 0 && !bound.terms.some((term) => matchesTerm(term, node))) {
      return `the pods mount volume ${bound.name}, which is not on ${node.name}`
    }
  }
  return null
}

/** More of them are looked at as one. */
const MOST_SINGLE = 100

/**
 * The pods of a StatefulSet one by one, each with the claims that are its own; any others as they are.
 *
 * Source: Kubernetes, "StatefulSets": the claim of pod `web-0` of the template `data` is `data-web-0`.
 */
export function oneByOne<P extends Mounting>(pods: P): P[] {
  const { template, name, replicas } = pods
  const { claimTemplates = [], claims = [] } = template
  if (claimTemplates.length === 0 || replicas === null || replicas > MOST_SINGLE) return [pods]
  return Array.from({ length: replicas }, (_, index) => {
    const own = claimTemplates.map((claim) => `${claim}-${name}-${index}`)
    return { ...pods, replicas: 1, template: { ...template, claims: [...claims, ...own], claimTemplates: [] } }
  })
}

/** The names of the claims that these pods mount, each of which may be bound to a node. */
export function claimsOf(pods: Mounting): string[] {
  return oneByOne(pods).flatMap(({ template }) => template.claims ?? [])
}

function boundTo(
  volumes: Volumes,
  namespace: string,
  name: string,
): { name: string; terms: NodeSelectorTerm[] } | null {
  const claim = volumes.get(keyOf({ kind: 'PersistentVolumeClaim', namespace, name }))
  if (claim?.kind !== 'PersistentVolumeClaim' || claim.volume === '') return null
  const volume = volumes.get(keyOf({ kind: 'PersistentVolume', namespace: '', name: claim.volume }))
  return volume?.kind === 'PersistentVolume' ? { name: volume.name, terms: volume.nodeTerms } : null
}
