import type { EndpointSliceSnapshot, Flaw, ServiceSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { identify, isManagedByHelm } from './identify.ts'
import type { endpoints, service } from './schema.ts'

export function trimService({ metadata, spec }: z.output<typeof service>): ServiceSnapshot {
  return {
    ...identify('Service', metadata),
    type: spec.type ?? 'ClusterIP',
    selector: spec.selector ?? {},
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    ...(spec.clusterIP === 'None' ? { clusterIP: 'None' } : {}),
    ...(spec.externalIPs?.length ? { externalAddresses: spec.externalIPs } : {}),
    ...familiesOf(spec),
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

/** Source: Kubernetes, "IPv4/IPv6 dual-stack": a single-stack Service gets the first of its families. */
function familiesOf({
  ipFamilies,
  ipFamilyPolicy,
}: z.output<typeof service>['spec']): Pick<ServiceSnapshot, 'families'> {
  if (ipFamilyPolicy === 'PreferDualStack' || ipFamilyPolicy === 'RequireDualStack') return { families: BOTH }
  return ipFamilies == null || ipFamilies.length === 0 ? {} : { families: ipFamilies }
}

const BOTH: ('IPv4' | 'IPv6')[] = ['IPv4', 'IPv6']

/** Families without which the API server refuses the Service. */
export function neededFamilies({ spec }: z.output<typeof service>): readonly ('IPv4' | 'IPv6')[] {
  return spec.ipFamilyPolicy === 'RequireDualStack' ? BOTH : (spec.ipFamilies ?? [])
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

/** Source: Kubernetes 1.34, ServiceSpec and ServicePort. */
const FIELDS = new Set(
  `allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort
  internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports
  publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type`.split(/\s+/),
)
const PORT_FIELDS = new Set(['appProtocol', 'name', 'nodePort', 'port', 'protocol', 'targetPort'])

/** kubectl refuses an object with a field that its kind does not have. */
export function serviceFlaw({ spec }: z.output<typeof service>): Flaw | null {
  const odd =
    Object.keys(spec).find((field) => !FIELDS.has(field)) ??
    (spec.ports ?? []).flatMap((port) => Object.keys(port).filter((field) => !PORT_FIELDS.has(field)))[0]
  return odd === undefined ? null : { kind: 'refused', because: `a Service has no field ${odd}` }
}
