import type { Store } from './api/store.ts'
import { hostPortsOf } from './control/scheduler.ts'
import type { BrokenPaths } from './network/broken-paths.ts'
import type { Terrain } from './network/fate.ts'
import type { PracticeNode } from './node.ts'
import { matchesLabels, type PodSpec } from './objects.ts'

/** What the data plane asks of the cluster, answered from its nodes and objects. */
export function createTerrain(store: Store, nodes: ReadonlyMap<string, PracticeNode>, paths: BrokenPaths): Terrain {
  const applications = () => [...nodes.values()].flatMap((node) => node.kubelet.applications())
  return {
    away(node) {
      const known = nodes.get(node)
      if (known?.machine.running !== true) return 'node_down'
      return known.addresses().length > 1 ? 'node_address_moved' : null
    },
    hostPort: (node, port) =>
      nodes
        .get(node)
        ?.kubelet.applications()
        .find((application) => hostPortsOf(application.pod.spec).includes(port)) ?? null,
    hostPortClaim(port) {
      const specs: PodSpec[] = [
        ...store.list('deployments').map((deployment) => deployment.spec.template.spec),
        ...store.list('pods').map((pod) => pod.spec),
      ]
      const claim = specs.find((spec) => hostPortsOf(spec).includes(port))
      if (claim === undefined) return null
      const runs = applications().some((application) => hostPortsOf(application.pod.spec).includes(port))
      return { by: claim.hostNetwork === true ? 'hostNetwork' : 'hostPort', runs }
    },
    rules: (node) => nodes.get(node)?.kubeProxy.rules() ?? new Map(),
    proxyFrozen: (node) => nodes.get(node)?.kubeProxy.frozen() === true,
    running(uid) {
      for (const node of nodes.values()) {
        const application = node.kubelet.running(uid)
        if (application !== null) return application
      }
      return null
    },
    lossBetween: paths.lossBetween,
    policed: ({ pod: { metadata } }) =>
      store.list('daemonsets').some(({ metadata: { name } }) => name === ENFORCER) &&
      store.list('networkpolicies').some(({ metadata: { namespace }, spec }) => {
        const isOver =
          namespace === metadata.namespace && matchesLabels(spec.podSelector.matchLabels ?? {}, metadata.labels)
        const rules = spec.ingress ?? []
        return (
          isOver &&
          rules.every(({ from = [] }) => from.length > 0 && from.every(({ ipBlock }) => ipBlock === undefined))
        )
      }),
  }
}

/** The pod network of a kind cluster that enforces NetworkPolicies. */
export const ENFORCER = 'kindnet'

/** Every port of a node that something listens on or is led to. */
export function* portsOf(store: Store, nodes: Iterable<PracticeNode>): Generator<number> {
  for (const service of store.list('services'))
    for (const { nodePort } of service.spec.ports) if (nodePort) yield nodePort
  for (const pod of store.list('pods')) yield* hostPortsOf(pod.spec)
  for (const { machine } of nodes)
    for (const port of machine.ports) if (port.containerPort !== API_PORT) yield port.containerPort
}

/** Where a node publishes the API server; no way of its own leads there. */
export const API_PORT = 6443
