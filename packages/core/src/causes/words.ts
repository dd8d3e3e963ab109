import type { Path } from '../route/path.ts'
import { isNodeKnown } from '../route/entries.ts'
import { servingNodes } from '../route/path.ts'
import type { ServicePort, ServiceSnapshot, WorkloadSnapshot } from '../model/snapshot.ts'
import type { Mapping } from '../route/mapping.ts'

/** `kind-worker2`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'nowhere'
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const MOST_LABELS = 10

/** `app=web,tier=front`; a selector may have thousands of labels. */
export function selectorText(selector: Readonly<Record<string, string>>): string {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  const more = labels.length > MOST_LABELS ? ` and ${labels.length - MOST_LABELS} more` : ''
  return labels.slice(0, MOST_LABELS).join() + more
}

/** `its only pod is on kind-worker2`, `its 2 pods are on kind-worker2 and kind-worker3`. */
export function wherePodsAre(path: Path): string {
  const serving = path.endpoints.filter((endpoint) => endpoint.serves)
  const nodes = listed(servingNodes(path))
  return serving.length === 1 ? `its only pod is on ${nodes}` : `its ${serving.length} pods are on ${nodes}`
}

/** How a client comes to the node, as a clause: `the port is mapped to kind-worker`. */
export function comesInAt({ mapping, container }: Path): string {
  switch (mapping.entry) {
    case 'hostPort':
      return `the port is mapped to ${container.name}`
    case 'node':
      return `${mapping.listenAddresses[0]} is the address of ${container.name}`
    case 'balancer':
      return `${container.name} answers for the load balancer's address ${mapping.listenAddresses[0]}`
  }
}

/** `on kind-worker`; behind a balancer it may be any. */
export function onNode(path: Path): string {
  return isNodeKnown(path) ? `on ${path.container.name}` : 'on the nodes'
}

/** What the node that a client comes in at is to the port. */
export function roleOfNode({ mapping: { entry } }: Path): string {
  if (entry === 'hostPort') return 'the node that the port is mapped to'
  return entry === 'node' ? 'the node that is asked' : "the node that has the load balancer's address"
}

/** The node that a client comes in at, as a part of a sentence that goes on: `kind-worker, which the port is mapped to,`. */
export function nodeOf({ mapping, container }: Path, end: ',' | ':' = ','): string {
  if (mapping.entry === 'node') return `${container.name}${end === ',' ? '' : end}`
  const how = mapping.entry === 'hostPort' ? 'which the port is mapped to' : "which has the load balancer's address"
  return `${container.name}, ${how}${end}`
}

/** `Service default/web`, `Deployment default/web`, for sentences. */
export function ownerOf(path: Path): string {
  if (path.route.kind === 'nodePort') return `Service ${path.route.service.namespace}/${path.route.service.name}`
  const workload = path.workloads[0]
  if (workload !== undefined) return workloadName(workload)
  const pod = path.pods[0]
  return pod === undefined ? 'nothing' : `Pod ${pod.namespace}/${pod.name}`
}

/** Where a node takes what comes for a port of a Service: `nodePort 30080`, `port 80 at its address 172.18.0.3`. */
export function doorText({ service, port }: { service: ServiceSnapshot; port: ServicePort }, door: Mapping): string {
  if (port.nodePort === door.containerPort || door.entry === 'balancer') return `nodePort ${port.nodePort}`
  const addresses = [...(service.externalAddresses ?? []), ...(service.balancerAddresses ?? [])]
  return `port ${port.port} at its address ${listed(addresses.slice(0, MOST_ADDRESSES))}`
}

const MOST_ADDRESSES = 3

export function workloadName(workload: WorkloadSnapshot): string {
  return `${workload.kind} ${workload.namespace}/${workload.name}`
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Names of which one is meant: `a`, `a or b`, `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}
