import type { NodeSnapshot, PodPlacement } from '../model/snapshot.ts'

const HOSTNAME = 'kubernetes.io/hostname'
/** Source: kind, "Configuration": nodes are named by their cluster and role. */
const KIND_NODE = /^(.+)-(?:control-plane|worker)\d*$/

/** The node by its name that the pods ask for, where it is one of a kind cluster with another name than these nodes have. */
export function foreignNode(
  { nodeSelector, requiredNodeTerms }: PodPlacement,
  nodes: readonly Pick<NodeSnapshot, 'name'>[],
): { node: string; cluster: string } | null {
  const known = new Set(nodes.map(({ name }) => name))
  const clusters = new Set(nodes.map(({ name }) => KIND_NODE.exec(name)?.[1]))
  const terms = requiredNodeTerms.flatMap(({ matchExpressions, matchFields }) => [...matchExpressions, ...matchFields])
  const named = terms.flatMap(({ key, operator, values }) =>
    operator === 'In' && (key === HOSTNAME || key === 'metadata.name') ? values : [],
  )
  for (const node of [nodeSelector[HOSTNAME] ?? [], named].flat()) {
    const cluster = KIND_NODE.exec(node)?.[1]
    if (cluster !== undefined && !known.has(node) && !clusters.has(cluster)) return { node, cluster }
  }
  return null
}
