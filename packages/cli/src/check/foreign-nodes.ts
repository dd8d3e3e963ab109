import type { PodPlacement } from '@portolan/core'
import { type FileNote, type KindCluster, type Manifests, placeKey } from '@portolan/manifests'

const HOSTNAME = 'kubernetes.io/hostname'
const NODE = /^(.+)-(?:control-plane|worker)\d*$/

/** Pods that ask for a node of a cluster with another name: kind may be given the name when it makes the cluster. */
export function foreignNodes(clusters: readonly KindCluster[], { workloads, pods, places }: Manifests): FileNote[] {
  if (clusters.length === 0) return []
  const nodes = new Set(clusters.flatMap((cluster) => cluster.nodes.map(({ name }) => name)))
  const names = [...new Set(clusters.map(({ name }) => name))]
  const asking = [
    ...workloads.map((workload) => ({ object: workload, placement: workload.template })),
    ...pods.map((pod) => ({ object: pod, placement: pod.placement })),
  ]
  return asking.flatMap(({ object, placement }): FileNote[] => {
    const foreign = askedNodes(placement).find((name) => {
      const cluster = NODE.exec(name)?.[1]
      return cluster !== undefined && !nodes.has(name) && !names.includes(cluster)
    })
    const place = places.get(placeKey(object))
    if (foreign === undefined || place === undefined) return []
    const cluster = NODE.exec(foreign)?.[1] ?? ''
    const here = names.length === 1 ? `the cluster is named ${names.join('')}` : `no cluster here is named ${cluster}`
    const text = `${object.kind} ${object.namespace}/${object.name} asks for node ${foreign}, but ${here}. If kind create cluster is given the name ${cluster}, use --name ${cluster}.`
    return [{ file: place.chunk.source.name, line: place.line, text }]
  })
}

function askedNodes({ nodeSelector, requiredNodeTerms }: PodPlacement): string[] {
  const terms = requiredNodeTerms.flatMap(({ matchExpressions, matchFields }) => [...matchExpressions, ...matchFields])
  const isNode = ({ key, operator }: { key: string; operator: string }) =>
    operator === 'In' && (key === HOSTNAME || key === 'metadata.name')
  const selected = nodeSelector[HOSTNAME]
  return [...(selected === undefined ? [] : [selected]), ...terms.filter(isNode).flatMap(({ values }) => values)]
}
