import type { ObjectSnapshot, OwnerRef, PodPlacement, ServiceSnapshot } from '../model/snapshot.ts'
import { hostPortsOf } from './host-ports.ts'

/**
 * What a port of a node is looked up by on its way to the pods. Objects are indexed by these keys, and a port hangs on
 * those that its route was found by: an object that has none of them leaves the port as it is.
 */
export const key = {
  /** A NodePort of a Service, its port at an address of the node, a host port of a pod or workload. @param protocol in any case */
  nodePort: (port: number, protocol: string) => `port:${port}/${protocol.toUpperCase()}`,
  service: (namespace: string, name: string) => `service:${namespace}/${name}`,
  pod: (namespace: string, name: string) => `pod:${namespace}/${name}`,
  label: (namespace: string, name: string, value: string) => `label:${namespace}/${name}=${value}`,
  policies: (namespace: string) => `policies:${namespace}`,
  node: (name: string) => `node:${name}`,
  ownedBy: (uid: string) => `owner:${uid}`,
}

export function keysOf(object: ObjectSnapshot): string[] {
  const { namespace, name } = object
  switch (object.kind) {
    case 'Node':
      return [key.node(name)]
    case 'Service':
      return [
        key.service(namespace, name),
        ...object.ports.filter((one) => one.nodePort > 0).map((one) => key.nodePort(one.nodePort, one.protocol)),
        ...(hasAddresses(object) ? object.ports.map((one) => key.nodePort(one.port, one.protocol)) : []),
      ]
    case 'EndpointSlice':
      return [key.service(namespace, object.service)]
    case 'Pod':
      return [key.pod(namespace, name), ...keysOfPods(namespace, object.placement), ...keysOfOwner(object)]
    case 'NetworkPolicy':
      return [key.policies(namespace)]
    // Where pods may go is no part of a path.
    case 'PersistentVolume':
    case 'PersistentVolumeClaim':
    // What is behind a port on the HTTP level is followed by `edge`.
    case 'Ingress':
    case 'IngressClass':
    case 'Gateway':
    case 'GatewayClass':
    case 'HTTPRoute':
    case 'IngressRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'Event':
      return []
    default:
      return [...keysOfPods(namespace, object.template), ...keysOfOwner(object)]
  }
}

/** Its ports are served at addresses that may be those of nodes. */
function hasAddresses({ externalAddresses = [], balancerAddresses = [] }: ServiceSnapshot): boolean {
  return externalAddresses.length > 0 || balancerAddresses.length > 0
}

function keysOfOwner({ owner }: { owner: OwnerRef | null }): string[] {
  return owner === null ? [] : [key.ownedBy(owner.uid)]
}

function keysOfPods(namespace: string, placement: PodPlacement): string[] {
  return [
    ...Object.entries(placement.labels).map(([name, value]) => key.label(namespace, name, value)),
    ...new Set(hostPortsOf(placement).map(({ port, protocol }) => key.nodePort(port, protocol))),
  ]
}

/** Where the pods that have all of these labels are among; null for no labels, which select nothing. */
export function keyOfSelector(namespace: string, selector: Readonly<Record<string, string>>): string | null {
  const [first] = Object.entries(selector)
  return first === undefined ? null : key.label(namespace, ...first)
}
