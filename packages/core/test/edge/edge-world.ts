import type {
  Answer,
  GatewayClassSnapshot,
  GatewayListener,
  GatewaySnapshot,
  IngressClassSnapshot,
  HostRule,
  HTTPRouteSnapshot,
  IngressRouteSnapshot,
  IngressSnapshot,
  ObjectSnapshot,
  Outcome,
  PodSnapshot,
  ServiceSnapshot,
} from '../../src/index.ts'
import { deployment, placement, pod, service, slice, START } from '../builders.ts'
import { ALL_OK, createKnownWorld, outcomeOf, type World } from '../world.ts'

const identified = (kind: string, name: string, namespace = 'default') => ({
  namespace,
  name,
  uid: `${kind}-${name}`,
  resourceVersion: '1',
  createdAt: START - 500_000,
})

export function ingress(
  name: string,
  rules: (Partial<HostRule> & { host: string })[],
  more: Partial<IngressSnapshot> = {},
): IngressSnapshot {
  return {
    kind: 'Ingress',
    ...identified('ingress', name),
    className: 'nginx',
    rules: rules.map((rule) => ({
      path: '/',
      pathType: 'Prefix',
      place: '/spec/rules/0/http/paths/0/backend',
      backend: { service: 'shop', port: '80' },
      ...rule,
    })),
    tls: [],
    addresses: [],
    ...more,
  }
}

export function ingressClass(name = 'nginx', more: Partial<IngressClassSnapshot> = {}): IngressClassSnapshot {
  return {
    kind: 'IngressClass',
    ...identified('class', name, ''),
    controller: 'k8s.io/ingress-nginx',
    isDefault: false,
    ...more,
  }
}

const condition = (status: 'True' | 'False', reason: string, message = '') => ({
  status,
  reason,
  message,
  since: START,
})

export const accepted = (reason = 'Accepted') => condition(reason === 'Accepted' ? 'True' : 'False', reason)

/** With one listener for HTTP at port 80, which is what the Service of the edge calls its port. */
export function gateway(more: Partial<GatewaySnapshot> = {}): GatewaySnapshot {
  return {
    kind: 'Gateway',
    ...identified('gateway', 'front'),
    className: 'own',
    listeners: [listener()],
    accepted: accepted(),
    programmed: accepted(),
    ...more,
  }
}

export function listener(more: Partial<GatewayListener> = {}): GatewayListener {
  return { name: 'web', port: 80, protocol: 'HTTP', host: '', secret: null, takesOthers: false, ...more }
}

export function gatewayClass(more: Partial<GatewayClassSnapshot> = {}): GatewayClassSnapshot {
  return {
    kind: 'GatewayClass',
    ...identified('gatewayclass', 'own', ''),
    controller: 'example.com/own',
    accepted: accepted(),
    ...more,
  }
}

export const FRONT = { namespace: 'default', name: 'front', listener: '', port: 0 }

export function httpRoute(hosts: string[], more: Partial<HTTPRouteSnapshot> = {}): HTTPRouteSnapshot {
  return {
    kind: 'HTTPRoute',
    ...identified('httproute', 'shop'),
    parents: [FRONT],
    rules: hosts.map((host) => ({
      host,
      path: '/',
      pathType: 'Prefix',
      place: '/spec/rules/0/backendRefs/0',
      backend: { service: 'shop', port: '80' },
    })),
    statuses: [{ gateway: FRONT, accepted: accepted(), resolved: accepted() }],
    ...more,
  }
}

export function ingressRoute(more: Partial<IngressRouteSnapshot> = {}): IngressRouteSnapshot {
  const [rule] = httpRoute(['shop.localhost']).rules
  return {
    kind: 'IngressRoute',
    ...identified('ingressroute', 'shop'),
    entryPoints: [],
    rules: rule === undefined ? [] : [{ ...rule, place: '/spec/routes/0/services/0' }],
    secret: null,
    ...more,
  }
}

const EDGE = { 'app.kubernetes.io/name': 'ingress-nginx' }
const SHOP = { app: 'shop' }

export const edgePod = (on = 'a'): PodSnapshot => pod('edge-1', on, { placement: placement({ labels: EDGE }) })

/** Service `edge` at the mapped NodePort, with its only pod on `a`. */
export function edgeObjects(more: Partial<ServiceSnapshot> = {}, on = 'a', labels: Record<string, string> = EDGE) {
  const at = pod('edge-1', on, { placement: placement({ labels }) })
  return [
    deployment({ name: 'edge', uid: 'deployment-edge', template: placement({ labels }) }),
    service({ name: 'edge', uid: 'service-edge', selector: labels, ...more }),
    at,
    slice([at], { name: 'edge-x', uid: 'slice-edge', service: 'edge' }),
  ]
}

export const shopPod = (more: Partial<PodSnapshot> = {}): PodSnapshot =>
  pod('shop-1', 'b', { placement: placement({ labels: SHOP }), owner: null, ...more })

export const shopService = (more: Partial<ServiceSnapshot> = {}): ServiceSnapshot =>
  service({
    name: 'shop',
    uid: 'service-shop',
    type: 'ClusterIP',
    selector: SHOP,
    ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: 0, protocol: 'TCP', appProtocol: '' }],
    ...more,
  })

export const shopSlice = (pods: PodSnapshot[]) => slice(pods, { name: 'shop-x', uid: 'slice-shop', service: 'shop' })

/** Service `shop` with one pod that is ready on `b`. */
export function shopObjects(): ObjectSnapshot[] {
  const one = shopPod()
  return [shopService(), one, shopSlice([one])]
}

export const PAGE_503: Answer = { server: 'nginx', body: '503-page' }
export const NGINX_404: Answer = { server: 'nginx', body: 'not-found-page' }
export const APP: Answer = { server: 'nginx', body: 'the-shop' }

export const SHOP_ROUTE = 'route:80/shop.localhost/'

/** The route of the shop behind port 80, up to here well. */
export interface EdgeWorld extends World {
  /** One answer of a route, at the first vantage of its port. */
  answer(target: string, status: number, answer?: Answer, more?: Partial<Outcome>): void
  /** What the pod said to the API server. */
  askedPod(target: string, status: number | null, more?: Partial<Outcome>): void
  route(target?: string): RouteNow
}

export type RouteNow = { state: string | undefined; cause: string | undefined }

export function createEdgeWorld(objects: ObjectSnapshot[], asksPods = false): EdgeWorld {
  const world = createKnownWorld(objects, { 80: 30080 })
  Object.assign(world.state.settings, { asksPods })
  world.probe('host:80', ALL_OK)
  const edge: EdgeWorld = Object.assign(world, {
    answer(target: string, status: number, answer: Answer = APP, more: Partial<Outcome> = {}) {
      const symptom = status < 404 ? 'ok' : 'http_status'
      const outcome = outcomeOf(target, 'host/loopback4', symptom, world.now)
      world.tell({ kind: 'outcome', outcome: { ...outcome, status, answer, ...more } })
    },
    askedPod(target: string, status: number | null, more: Partial<Outcome> = {}) {
      const outcome = outcomeOf(target, 'api/port-forward', status === null ? 'refused' : 'ok', world.now)
      world.tell({ kind: 'outcome', outcome: { ...outcome, ...(status !== null && { status, answer: APP }), ...more } })
    },
    route: (target = SHOP_ROUTE) => {
      const track = world.state.edge.tracks.get(target)
      return { state: track?.state, cause: track?.incident?.cause }
    },
  }) as EdgeWorld
  edge.answer('edge:80', 404, NGINX_404)
  return edge
}
