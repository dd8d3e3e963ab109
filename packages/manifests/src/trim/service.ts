import type { EndpointSliceSnapshot, ServiceSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify, isManagedByHelm } from './identify.ts'
import type { endpoints, service } from './schema.ts'

export function trimService({ metadata, spec }: z.output<typeof service>): ServiceSnapshot {
  return {
    ...identify('Service', metadata),
    type: spec.type ?? 'ClusterIP',
    selector: spec.selector ?? {},
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
    ports: (spec.ports ?? []).map(({ name, port, targetPort, nodePort, protocol, appProtocol }) => ({
      name: name ?? '',
      port,
      targetPort: targetPort ?? String(port),
      nodePort: nodePort ?? 0,
      protocol: protocol ?? 'TCP',
      appProtocol: appProtocol ?? '',
    })),
    annotations: {},
    managedByHelm: isManagedByHelm(metadata),
  }
}

/** That a Service has endpoints by hand is all that is asked of them. An Endpoints object bears its Service's name. */
export function trimEndpoints(kind: string, { metadata }: z.output<typeof endpoints>): EndpointSliceSnapshot {
  return {
    ...identify('EndpointSlice', metadata),
    service: kind === 'Endpoints' ? metadata.name : (metadata.labels?.['kubernetes.io/service-name'] ?? ''),
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
  }
}
