import type { ClusterObjects, Drained } from '@portolan/core'
import { nodeName } from '../words.ts'

/** What may be drained, and where. */
export interface DrainChoice {
  cluster: string
  drained: Drained
}

/** As in an address of the page: `node:CLUSTER/NODE` or `pod:CLUSTER/NAMESPACE/POD`; null where it is neither. */
export function readChoice(text: string | null): DrainChoice | null {
  const [, kind, cluster = '', rest = ''] = /^(node|pod):([^/]+)\/(.+)$/.exec(text ?? '') ?? []
  if (kind === 'node') return { cluster, drained: { kind, name: rest } }
  const [, namespace = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(rest) ?? []
  return kind === 'pod' && name !== '' ? { cluster, drained: { kind, namespace, name } } : null
}

export function writeChoice({ cluster, drained }: DrainChoice): string {
  return drained.kind === 'node'
    ? `node:${cluster}/${drained.name}`
    : `pod:${cluster}/${drained.namespace}/${drained.name}`
}

/** `a drain of worker`, `the eviction of default/web-1` */
export function choiceName({ cluster, drained }: DrainChoice): string {
  return drained.kind === 'node'
    ? `a drain of ${nodeName(drained.name, cluster)}`
    : `the eviction of pod ${drained.namespace}/${drained.name}`
}

/** More than that are not listed. */
const MOST_PODS = 500
const natural = new Intl.Collator('en', { numeric: true })

/** Nodes that take pods or hold ports, by name. */
export function nodesOf({ nodes }: ClusterObjects): string[] {
  return nodes.map(({ name }) => name).sort(natural.compare)
}

/** Pods that something else may take the place of, those of the most common namespaces of clusters last. */
export function podsOf({ pods, workloads }: ClusterObjects): { namespace: string; name: string }[] {
  const daemons = new Set(workloads.filter(({ kind }) => kind === 'DaemonSet').map(({ uid }) => uid))
  const isOfSystem = (namespace: string) => Number(namespace.startsWith('kube-') || namespace === 'local-path-storage')
  return pods
    .filter(({ node, phase, owner }) => {
      const isAlive = node !== null && (phase === 'Running' || phase === 'Pending')
      return isAlive && owner?.kind !== 'Node' && !daemons.has(owner?.uid ?? '')
    })
    .map(({ namespace, name }) => ({ namespace, name }))
    .sort(
      (a, b) =>
        isOfSystem(a.namespace) - isOfSystem(b.namespace) ||
        natural.compare(a.namespace, b.namespace) ||
        natural.compare(a.name, b.name),
    )
    .slice(0, MOST_PODS)
}
