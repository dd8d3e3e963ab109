import type { V1Endpoint, V1EndpointSlice } from '@kubernetes/client-node'
import type { EndpointSliceSnapshot, EndpointSnapshot } from '@portolan/core'
import { identify } from './metadata.ts'

/** Who takes endpoints from pods alone. Source: Kubernetes, "EndpointSlices", management. */
const CONTROLLER = 'endpointslice-controller.k8s.io'

export function trimEndpointSlice(slice: V1EndpointSlice): EndpointSliceSnapshot {
  const labels = slice.metadata?.labels ?? {}
  const identity = identify(slice)
  return {
    kind: 'EndpointSlice',
    ...identity,
    service: labels['kubernetes.io/service-name'] ?? '',
    ...(labels['endpointslice.kubernetes.io/managed-by'] === CONTROLLER ? {} : { byHand: true }),
    addressType: slice.addressType as EndpointSliceSnapshot['addressType'],
    endpoints: (slice.endpoints ?? []).map((endpoint) => trimEndpoint(endpoint, identity.namespace)),
    ports: (slice.ports ?? []).map((port) => ({
      name: port.name ?? '',
      port: port.port ?? 0,
      protocol: port.protocol ?? 'TCP',
    })),
  }
}

/**
 * A pod of another namespace is none of the Service's.
 *
 * Source: discovery.k8s.io/v1 EndpointConditions: ready null is true, serving null is as ready, terminating false.
 */
function trimEndpoint({ addresses, nodeName, targetRef, conditions }: V1Endpoint, namespace: string): EndpointSnapshot {
  const ready = conditions?.ready ?? true
  const isPod = targetRef?.kind === 'Pod' && (targetRef.namespace ?? namespace) === namespace
  return {
    addresses: addresses ?? [],
    node: nodeName ?? null,
    pod: isPod ? { name: targetRef.name ?? '', uid: targetRef.uid ?? '' } : null,
    ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating ?? false,
  }
}
