import { isPort } from '../model/bounds.ts'
import type { Path, PathEndpoint } from './path.ts'
import type { PodSnapshot } from '../model/snapshot.ts'

/**
 * Why no agent is sent to an endpoint; null where one may be. Everybody who may write an EndpointSlice may put any address
 * into it, and annotations choose the bytes that are sent there from a node: so it has to be an address of that very
 * pod, in the namespace of the Service. A pod on the host's network shares its address with etcd and the kubelet: of
 * that one only a port that it declares.
 *
 * Source: Kubernetes, "EndpointSlices": `targetRef` is not checked by the API server, `status.podIPs` is the kubelet's.
 */
export function podFault({ pod, address, port }: PathEndpoint, protocol: 'tcp' | 'udp'): string | null {
  if (pod === null) return 'the address belongs to no known pod of the namespace'
  if (!pod.addresses.includes(address)) return `it is not an address of the pod ${pod.name}`
  if (!isPort(port)) return 'that is not a port'
  if (!isUndeclared(pod, port, protocol)) return null
  return `the pod ${pod.name} is on the host's network and does not declare the port`
}

function isUndeclared({ placement }: PodSnapshot, port: number, protocol: 'tcp' | 'udp'): boolean {
  const declares = placement.ports.some(
    (one) => one.protocol.toLowerCase() === protocol && (one.containerPort === port || one.hostPort === port),
  )
  return placement.hostNetwork && !declares
}

/**
 * A Service's address, or a node's port, may lead to an endpoint that no agent may be sent to: then agents stay away from
 * those as well. Of what the cluster's own controller wrote that is a port that a pod on the host's network does not
 * declare; otherwise it may be ahead of the pod for a moment, or behind it, and leads nowhere else.
 */
export function mayLeadAway({ endpoints, mapping: { protocol } }: Path): boolean {
  return endpoints
    .filter(({ serves, servesLocally }) => serves || servesLocally)
    .some((one) => {
      if (one.byHand === true) return podFault(one, protocol) !== null
      return one.pod !== null && isUndeclared(one.pod, one.port, protocol)
    })
}

const MOST_NAMED = 3

/** The endpoints that no agent is sent to, for people; null where there are none. */
export function notProbedEndpoints({ endpoints, mapping }: Path): string | null {
  const faults = endpoints.flatMap((one) => {
    const fault = podFault(one, mapping.protocol)
    return fault === null ? [] : [`${one.address.slice(0, 100)}:${one.port} (${fault})`]
  })
  if (faults.length === 0) return null
  const more = faults.length > MOST_NAMED ? ` and ${faults.length - MOST_NAMED} more` : ''
  return `not probed: ${faults.slice(0, MOST_NAMED).join(', ')}${more}`
}
