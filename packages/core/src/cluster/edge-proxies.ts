import type { IngressClassSnapshot } from '../model/edge-snapshot.ts'
import type { PodPlacement, PodSnapshot } from '../model/snapshot.ts'

/** An ingress controller as its classes and its pods are known by. */
export interface Controller {
  name: string
  /** Of `spec.controller` of an IngressClass. */
  controller: RegExp
  /** Of `spec.controllerName` of a GatewayClass, where its own pods serve every Gateway. */
  gateway?: RegExp
  /** Labels of the pods that take the connections; one of these is enough. */
  labels: readonly (readonly [key: string, value: string])[]
  /** What a pod of it is called by, however it was installed: charts of others label it in their own way. */
  word: RegExp
  /** Of one that opens its ports once an object of these kinds asks for them, and some of its own always. */
  opensLate?: { kinds: RegExp; always: readonly number[] }
}

const NAME = 'app.kubernetes.io/name'

export const TRAEFIK: Controller = {
  name: 'Traefik',
  controller: /^traefik\.io\/ingress-controller$/,
  gateway: /^traefik\.io\/gateway-controller$/,
  labels: [
    [NAME, 'traefik'],
    ['app', 'traefik'],
  ],
  word: /traefik/,
}

/** Source: the manifests and charts of each, November 2026. */
const CONTROLLERS: readonly Controller[] = [
  {
    name: 'ingress-nginx',
    controller: /^k8s\.io\/ingress-nginx$/,
    labels: [[NAME, 'ingress-nginx']],
    word: /nginx|ingress/,
  },
  {
    name: 'NGINX Ingress Controller',
    controller: /^nginx\.org\/ingress-controller$/,
    labels: [
      [NAME, 'nginx-ingress'],
      ['app', 'nginx-ingress'],
    ],
    word: /nginx|ingress/,
  },
  TRAEFIK,
  {
    name: 'Contour',
    controller: /^projectcontour\.io\//,
    gateway: /^projectcontour\.io\//,
    labels: [
      ['app', 'envoy'],
      [NAME, 'contour'],
    ],
    word: /contour|envoy/,
    opensLate: { kinds: /^(Ingress|HTTPProxy|(HTTP|TLS|TCP|GRPC)Route)$/, always: [8002, 8090, 9001] },
  },
  {
    name: 'HAProxy',
    controller: /^haproxy(-ingress)?\.(org|github\.io)\//,
    gateway: /^haproxy(-ingress)?\.(org|github\.io)\//,
    labels: [
      [NAME, 'kubernetes-ingress'],
      [NAME, 'haproxy-ingress'],
      ['run', 'haproxy-ingress'],
    ],
    word: /haproxy/,
  },
  {
    name: 'Kong',
    controller: /^ingress-controllers\.konghq\.com\//,
    gateway: /^konghq\.com\//,
    labels: [
      [NAME, 'kong'],
      ['app', 'ingress-kong'],
      ['app', 'proxy-kong'],
    ],
    word: /kong/,
  },
  {
    name: 'Istio',
    controller: /^istio\.io\/ingress-controller$/,
    labels: [
      ['istio', 'ingressgateway'],
      ['istio', 'ingress'],
      ['app', 'istio-ingressgateway'],
    ],
    word: /istio/,
    opensLate: { kinds: /^(Ingress|Gateway)$/, always: [15020, 15021, 15090] },
  },
  {
    name: 'Emissary',
    controller: /^getambassador\.io\//,
    labels: [[NAME, 'emissary-ingress']],
    word: /emissary|ambassador/,
    opensLate: { kinds: /^Listener$/, always: [8877, 8878] },
  },
  {
    name: 'Gloo',
    controller: /^solo\.io\//,
    labels: [['gloo', 'gateway-proxy']],
    word: /gloo/,
    opensLate: { kinds: /^(VirtualService|(HTTP|TCP)Route)$/, always: [8081, 19000] },
  },
]

/** The labels by which a controller marks the pods that it makes for one Gateway, and in whose namespace. */
export const MADE_FOR = [
  // Source: Gateway API, GEP-1762: in the namespace of the Gateway.
  { name: 'gateway.networking.k8s.io/gateway-name', namespace: null },
  { name: 'gateway.envoyproxy.io/owning-gateway-name', namespace: 'gateway.envoyproxy.io/owning-gateway-namespace' },
] as const

/** The controller that these pods are of, by their labels; null where they are of none that is known. */
export function controllerOf({ labels }: Pick<PodPlacement, 'labels'>): Controller | null {
  return CONTROLLERS.find((one) => one.labels.some(([key, value]) => labels[key] === value)) ?? null
}

/** The controller that a class is for; null where it is none that is known here. */
export function controllerNamed({ controller }: Pick<IngressClassSnapshot, 'controller'>): Controller | null {
  return CONTROLLERS.find((one) => one.controller.test(controller)) ?? null
}

/** The pod may be of this controller, installed in a way that is not known here. */
export function mayBeOf({ word }: Controller, { name, placement }: Pick<PodSnapshot, 'name' | 'placement'>): boolean {
  return [name, ...Object.values(placement.labels)].some((text) => word.test(text))
}

/** It is of an edge proxy, which opens a port once a route or a Gateway asks for it. */
export function isOfEdgeProxy({ labels }: Pick<PodPlacement, 'labels'>): boolean {
  return controllerOf({ labels }) !== null || MADE_FOR.some(({ name }) => name in labels)
}
