import type { ObjectSnapshot, Resource } from '@portolan/core'
import { REPORTER } from './reporter.ts'
import { trimEndpointSlice } from './trim/endpoint-slice.ts'
import { trimEvent } from './trim/event.ts'
import { trimGateway, trimGatewayClass, trimHttpRoute, trimOtherRoute } from './trim/gateway.ts'
import { trimIngress, trimIngressClass } from './trim/ingress.ts'
import { trimIngressRoute } from './trim/ingress-route.ts'
import { trimNetworkPolicy } from './trim/network-policy.ts'
import { trimNode } from './trim/node.ts'
import { trimPod } from './trim/pod.ts'
import { trimService } from './trim/service.ts'
import { trimVolume, trimVolumeClaim } from './trim/volume.ts'
import { trimDaemonSet, trimDeployment, trimReplicaSet, trimStatefulSet } from './trim/workload.ts'

export interface WatchedResource {
  name: Resource
  path: string
  /** Only those that it selects. */
  fieldSelector: string | null
  /** From the API's JSON, as it comes in lists and watches. */
  trim: (object: unknown) => ObjectSnapshot
  /** Not every cluster has this kind; it may come and go. */
  optional: boolean
}

const GATEWAY_API = '/apis/gateway.networking.k8s.io/v1'

export const WATCHED: readonly WatchedResource[] = [
  watched('nodes', '/api/v1/nodes', trimNode),
  watched('pods', '/api/v1/pods', trimPod),
  watched('services', '/api/v1/services', trimService),
  watched('endpointslices', '/apis/discovery.k8s.io/v1/endpointslices', trimEndpointSlice),
  watched('replicasets', '/apis/apps/v1/replicasets', trimReplicaSet),
  watched('deployments', '/apis/apps/v1/deployments', trimDeployment),
  watched('statefulsets', '/apis/apps/v1/statefulsets', trimStatefulSet),
  watched('daemonsets', '/apis/apps/v1/daemonsets', trimDaemonSet),
  watched('networkpolicies', '/apis/networking.k8s.io/v1/networkpolicies', trimNetworkPolicy),
  watched('persistentvolumes', '/api/v1/persistentvolumes', trimVolume),
  watched('persistentvolumeclaims', '/api/v1/persistentvolumeclaims', trimVolumeClaim),
  watched('ingresses', '/apis/networking.k8s.io/v1/ingresses', trimIngress),
  watched('ingressclasses', '/apis/networking.k8s.io/v1/ingressclasses', trimIngressClass),
  ...[
    watched('gateways', `${GATEWAY_API}/gateways`, trimGateway),
    watched('gatewayclasses', `${GATEWAY_API}/gatewayclasses`, trimGatewayClass),
    watched('httproutes', `${GATEWAY_API}/httproutes`, trimHttpRoute),
    watched('grpcroutes', `${GATEWAY_API}/grpcroutes`, trimOtherRoute('GRPCRoute')),
    watched('tlsroutes', `${GATEWAY_API}/tlsroutes`, trimOtherRoute('TLSRoute')),
    watched('tcproutes', `${GATEWAY_API}/tcproutes`, trimOtherRoute('TCPRoute')),
    watched('ingressroutes', '/apis/traefik.io/v1alpha1/ingressroutes', trimIngressRoute),
  ].map((one) => ({ ...one, optional: true })),
  // Not our own: what was said of a dark port is no evidence of why it is dark.
  watched('events', '/api/v1/events', trimEvent, `reportingComponent!=${REPORTER}`),
]

function watched<T>(
  name: Resource,
  path: string,
  trim: (object: T) => ObjectSnapshot,
  fieldSelector: string | null = null,
): WatchedResource {
  return { name, path, fieldSelector, trim: (object) => trim(object as T), optional: false }
}
