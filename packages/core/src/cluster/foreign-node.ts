import type { NodeSnapshot, PodPlacement } from '../model/snapshot.ts'

const HOSTNAME = 'kubernetes.io/hostname'
/** Nodes are named by their cluster and role. Source: kind, "Configuration"; k3d, GenerateNodeName. */
const NODE = /^(?:k3d-(.+)-(?:server|agent)-\d+|(.+)-(?:control-plane|worker)\d*)$/

function clusterOf(node: string): string | undefined {
  const [, ofK3d, ofKind] = NODE.exec(node) ?? []
  return ofK3d ?? ofKind
}

/** The node by its name that the pods ask for, where it is one of a cluster with another name than these nodes have. */
export function foreignNode(
  { nodeSelector, requiredNodeTerms }: PodPlacement,
  nodes: readonly Pick<NodeSnapshot, 'name'>[],
): { node: string; cluster: string } | null {
  const known = new Set(nodes.map(({ name }) => name))
  const clusters = new Set(nodes.map(({ name }) => clusterOf(name)))
  const terms = requiredNodeTerms.flatMap(({ matchExpressions, matchFields }) => [...matchExpressions, ...matchFields])
  const named = terms.flatMap(({ key, operator, values }) =>
    operator === 'In' && (key === HOSTNAME || key === 'metadata.name') ? values : [],
  )
  for (const node of [nodeSelector[HOSTNAME] ?? [], named].flat()) {
    const cluster = clusterOf(node)
    if (cluster !== undefined && !known.has(node) && !clusters.has(cluster)) return { node, cluster }
  }
  return null
}
