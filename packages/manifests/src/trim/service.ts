import type { EndpointSliceSnapshot, Flaw, ServiceSnapshot } from '@portolan/core'
import type { z } from 'zod'
import { badLabel, identify, isManagedByHelm } from './identify.ts'
import type { endpoints, service } from './schema.ts'

export function trimService({ metadata, spec }: z.output<typeof service>): ServiceSnapshot {
  return {
    ...identify('Service', metadata),
    type: spec.type ?? 'ClusterIP',
    selector: spec.selector ?? {},
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    ...(spec.clusterIP ? { clusterIP: spec.clusterIP } : {}),
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

/** Why the API server refuses a Service for fields that do not go together. Source: Kubernetes, ValidateService. */
export function serviceFlaw({ metadata, spec }: z.output<typeof service>): Flaw | null {
  const { type = 'ClusterIP', ports, externalIPs, sessionAffinity, sessionAffinityConfig, externalName } = spec
  const isBalancer = type === 'LoadBalancer'
  const isLocal = spec.externalTrafficPolicy === 'Local'
  const because =
    badLabel(metadata.labels ?? {}, 'label') ??
    badLabel(spec.selector ?? {}, 'selector') ??
    firstTrue([
      [
        type === 'ClusterIP' && spec.externalTrafficPolicy != null && !externalIPs?.length,
        'it has an externalTrafficPolicy and is of type ClusterIP',
      ],
      [
        !!spec.healthCheckNodePort && !(isBalancer && isLocal),
        'it has a healthCheckNodePort, which takes type LoadBalancer and externalTrafficPolicy Local',
      ],
      [
        !isBalancer && !!spec.loadBalancerSourceRanges?.length,
        'it has loadBalancerSourceRanges, which take type LoadBalancer',
      ],
      [!isBalancer && spec.loadBalancerClass != null, 'it has a loadBalancerClass, which takes type LoadBalancer'],
      [
        !isBalancer && spec.allocateLoadBalancerNodePorts != null,
        'it has allocateLoadBalancerNodePorts, which takes type LoadBalancer',
      ],
      [
        (sessionAffinity ?? 'None') === 'None' && sessionAffinityConfig != null,
        'it has a sessionAffinityConfig without sessionAffinity ClientIP',
      ],
      [!ports?.length && spec.clusterIP !== 'None' && type !== 'ExternalName', 'it has no ports'],
      [type === 'ExternalName' && !externalName, 'it is of type ExternalName and has no externalName'],
    ])
  return because === null ? null : { kind: 'refused', because }
}

function firstTrue(rules: readonly (readonly [holds: boolean, because: string])[]): string | null {
  return rules.find(([holds]) => holds)?.[1] ?? null
}
