import { commandText, foreignNode } from '@portolan/core'
import { type FileNote, type PlannedCluster, type Manifests, placeKey } from '@portolan/manifests'

/** Pods that ask for a node of a cluster with another name: the name may be given when the cluster is made. */
export function foreignNodes(clusters: readonly PlannedCluster[], { workloads, pods, places }: Manifests): FileNote[] {
  if (clusters.length === 0) return []
  const nodes = clusters.flatMap((cluster) => cluster.nodes)
  const names = [...new Set(clusters.map(({ name }) => name))]
  const asking = [
    ...workloads.map((workload) => ({ object: workload, placement: workload.template })),
    ...pods.map((pod) => ({ object: pod, placement: pod.placement })),
  ]
  return asking.flatMap(({ object, placement }): FileNote[] => {
    const foreign = foreignNode(placement, nodes)
    const place = places.get(placeKey(object))
    if (foreign === null || place === undefined) return []
    const { node, cluster } = foreign
    const here = names.length === 1 ? `the cluster is named ${names.join('')}` : `no cluster here is named ${cluster}`
    const text = `${object.kind} ${object.namespace}/${object.name} asks for node ${node}, but ${here}. If you create the cluster with that name, use ${commandText(['--name', cluster])}.`
    return [{ file: place.chunk.source.name, line: place.line, text }]
  })
}
