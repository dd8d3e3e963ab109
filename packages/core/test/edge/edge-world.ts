import type {
  Answer,
  IngressClassSnapshot,
  IngressRule,
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
  rules: (Partial<IngressRule> & { host: string })[],
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

const EDGE = { 'app.kubernetes.io/name': 'ingress-nginx' }
const SHOP = { app: 'shop' }

export const edgePod = (on = 'a'): PodSnapshot => pod('edge-1', on, { placement: placement({ labels: EDGE }) })

/** Service `edge` at the mapped NodePort, with its only pod on `a`. */
export function edgeObjects(more: Partial<ServiceSnapshot> = {}, on = 'a'): ObjectSnapshot[] {
  const at = edgePod(on)
  return [
    deployment({ name: 'edge', uid: 'deployment-edge', template: placement({ labels: EDGE }) }),
    service({ name: 'edge', uid: 'service-edge', selector: EDGE, ...more }),
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
