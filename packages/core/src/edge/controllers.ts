import type { GatewayClassSnapshot, GatewaySnapshot, IngressClassSnapshot } from '../model/edge-snapshot.ts'
import { isServedByNetwork } from '../route/claim.ts'
import type { PodPlacement, PodSnapshot } from '../model/snapshot.ts'
import type { EdgePath } from './unmapped-edge.ts'

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
    labels: [['istio', 'ingressgateway']],
    word: /istio/,
  },
]

/** On a Service, or as a label on its pods: this is the edge proxy of the IngressClass of that name. */
export const EDGE_KEY = 'portolan.dev/edge'

/** The classes that whoever is behind a port says to serve; empty where nobody says so. */
export function statedClasses({ route, pods, workloads }: EdgePath): string[] {
  const stated = [
    route.kind === 'nodePort' ? route.service.annotations[EDGE_KEY] : undefined,
    ...[...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)].map(
      ({ labels }) => labels[EDGE_KEY],
    ),
  ]
  return [...new Set(stated.filter((one) => one !== undefined && one !== ''))] as string[]
}

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

/** Who is behind a port is an edge proxy: its pods say so, or look like one. */
export function isEdge(path: EdgePath): boolean {
  return statedClasses(path).length > 0 || templatesOf(path).some((one) => controllerOf(one) !== null)
}

export function servesClass(path: EdgePath, name: string, ingressClass: IngressClassSnapshot | null): boolean {
  const stated = statedClasses(path)
  if (stated.length > 0) return stated.includes(name)
  const controller = ingressClass === null ? null : controllerNamed(ingressClass)
  return controller !== null && templatesOf(path).some((one) => controllerOf(one) === controller)
}

export function isTraefik(path: EdgePath): boolean {
  const stated = statedClasses(path)
  return stated.length > 0 ? stated.includes('traefik') : templatesOf(path).some((one) => controllerOf(one) === TRAEFIK)
}

/** The labels by which a controller marks the pods that it makes for one Gateway, and in whose namespace. */
const MADE_FOR = [
  // Source: Gateway API, GEP-1762: in the namespace of the Gateway.
  { name: 'gateway.networking.k8s.io/gateway-name', namespace: null },
  { name: 'gateway.envoyproxy.io/owning-gateway-name', namespace: 'gateway.envoyproxy.io/owning-gateway-namespace' },
] as const

/** Who is behind the port serves this Gateway: its pods were made for it, or are of a controller that serves all. */
export function servesGateway(
  path: EdgePath,
  gateway: GatewaySnapshot,
  gatewayClass: GatewayClassSnapshot | null,
): boolean {
  const stated = statedClasses(path)
  if (stated.length > 0) return stated.includes(gateway.className)
  if (isServedByNetwork(path) && path.route.kind === 'nodePort') {
    const { namespace, madeFor } = path.route.service
    return namespace === gateway.namespace && madeFor === gateway.name
  }
  const owners = [
    ...path.pods.map(({ namespace, placement: { labels } }) => ({ namespace, labels })),
    ...path.workloads.map(({ namespace, template: { labels } }) => ({ namespace, labels })),
  ]
  const isOwn = owners.some(({ namespace, labels }) =>
    MADE_FOR.some(
      (one) =>
        labels[one.name] === gateway.name &&
        (one.namespace === null ? namespace : labels[one.namespace]) === gateway.namespace,
    ),
  )
  const isOfOne = owners.some(({ labels }) => MADE_FOR.some((one) => one.name in labels))
  if (isOfOne || gatewayClass === null) return isOwn
  return owners.some(({ labels }) => controllerOf({ labels })?.gateway?.test(gatewayClass.controller) === true)
}

function templatesOf({ pods, workloads }: EdgePath): PodPlacement[] {
  return [...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)]
}
