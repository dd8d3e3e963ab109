import type { V1Endpoint, V1EndpointSlice } from '@kubernetes/client-node'
import type { EndpointSliceSnapshot, EndpointSnapshot } from '@portolan/core'
import { identify } from './metadata.ts'

export function trimEndpointSlice(slice: V1EndpointSlice): EndpointSliceSnapshot {
  return {
    kind: 'EndpointSlice',
    ...identify(slice),
    service: slice.metadata?.labels?.['kubernetes.io/service-name'] ?? '',
    addressType: slice.addressType as EndpointSliceSnapshot['addressType'],
    endpoints: (slice.endpoints ?? []).map(trimEndpoint),
    ports: (slice.ports ?? []).map((port) => ({
      name: port.name ?? '',
      port: port.port ?? 0,
      protocol: port.protocol ?? 'TCP',
    })),
  }
}

/** Source: discovery.k8s.io/v1 EndpointConditions: ready null is true, serving null is as ready, terminating false. */
function trimEndpoint({ addresses, nodeName, targetRef, conditions }: V1Endpoint): EndpointSnapshot {
  const ready = conditions?.ready ?? true
  return {
    addresses,
    node: nodeName ?? null,
    pod: targetRef?.kind === 'Pod' ? { name: targetRef.name ?? '', uid: targetRef.uid ?? '' } : null,
    ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating ?? false,
  }
}
