import type { V1Service } from '@kubernetes/client-node'
import type { ServicePort, ServiceSnapshot } from '@portolan/core'
import { identify, isManagedByHelm } from './metadata.ts'

/** Source: Gateway API, GEP-1762. */
const MADE_FOR = 'gateway.networking.k8s.io/gateway-name'

export function trimService(service: V1Service): ServiceSnapshot {
  const spec = service.spec
  const madeFor = service.metadata?.labels?.[MADE_FOR]
  return {
    kind: 'Service',
    ...identify(service),
    type: (spec?.type ?? 'ClusterIP') as ServiceSnapshot['type'],
    selector: spec?.selector ?? {},
    externalTrafficPolicy: spec?.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    ...(spec?.clusterIP && spec.clusterIP !== 'None' ? { clusterIP: spec.clusterIP } : {}),
    ...(madeFor ? { madeFor } : {}),
    ...(spec?.type === 'LoadBalancer'
      ? {
          balancerAddresses: (service.status?.loadBalancer?.ingress ?? []).flatMap(
            ({ ip, hostname }) => ip ?? hostname ?? [],
          ),
        }
      : {}),
    ...(spec?.healthCheckNodePort ? { healthCheckNodePort: spec.healthCheckNodePort } : {}),
    ...(spec?.externalIPs?.length ? { externalAddresses: spec.externalIPs } : {}),
    ...(spec?.ipFamilies === undefined ? {} : { families: spec.ipFamilies as ServiceSnapshot['families'] & {} }),
    publishNotReadyAddresses: spec?.publishNotReadyAddresses ?? false,
    ports: (spec?.ports ?? []).map((port) => ({
      name: port.name ?? '',
      port: port.port,
      targetPort: String(port.targetPort ?? port.port),
      nodePort: port.nodePort ?? 0,
      protocol: (port.protocol ?? 'TCP') as ServicePort['protocol'],
      appProtocol: port.appProtocol ?? '',
    })),
    annotations: annotationsOf(service),
    managedByHelm: isManagedByHelm(service),
  }
}

/** Characters: as far as an answer is searched for what is expected. */
const LONGEST_ANNOTATION = 4096
const MOST_ANNOTATIONS = 32

/** Ours alone. One that is too long is worth nothing when it is cut, so a key that nothing knows stands in its place. */
function annotationsOf({ metadata }: V1Service): Record<string, string> {
  const own = Object.entries(metadata?.annotations ?? {}).filter(([key]) => key.startsWith('portolan.dev/'))
  return Object.fromEntries(
    own
      .slice(0, MOST_ANNOTATIONS)
      .map(([key, value]) =>
        value.length <= LONGEST_ANNOTATION
          ? [key, value]
          : [`${key} (longer than ${LONGEST_ANNOTATION} characters)`, ''],
      ),
  )
}
