import { describe, expect, test } from '@jest/globals'
import {
  readRoutes,
  type GatewayRef,
  type HostRule,
  type HTTPRouteSnapshot,
  type ObjectSnapshot,
} from '../../src/index.ts'
import { commonHost } from '../../src/edge/gateway-claims.ts'
import {
  accepted,
  createEdgeWorld,
  edgeObjects,
  FRONT,
  gateway,
  gatewayClass,
  httpRoute,
  listener,
  NGINX_404,
  SHOP_ROUTE,
  shopObjects,
  shopService,
} from './edge-world.ts'

const MADE_FOR_FRONT = { 'gateway.networking.k8s.io/gateway-name': 'front' }
const front = () => edgeObjects({}, 'a', MADE_FOR_FRONT)
const routesOf = (world: ReturnType<typeof createEdgeWorld>) =>
  readRoutes(world.state).map(({ id, port }) => [id, port])

describe('an HTTPRoute', () => {
  test('is behind the port that leads to the pods which were made for its Gateway', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway(),
      httpRoute(['shop.localhost']),
    ])
    expect(readRoutes(world.state)).toMatchObject([
      { id: SHOP_ROUTE, port: 'host:80', claimedBy: ['HTTPRoute default/shop'], service: 'default/shop:80' },
    ])
    world.answer(SHOP_ROUTE, 200)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })

  test('is behind a controller whose own pods serve every Gateway, at the number that its pods listen at', () => {
    const world = createEdgeWorld([
      ...edgeObjects({}, 'a', { 'app.kubernetes.io/name': 'traefik' }),
      ...shopObjects(),
      gatewayClass({ controller: 'traefik.io/gateway-controller' }),
      gateway({ listeners: [listener({ port: 8080 })] }),
      httpRoute(['shop.localhost']),
    ])
    expect(routesOf(world)).toEqual([[SHOP_ROUTE, 'host:80']])
  })

  test.each([
    [
      'Envoy Gateway, whose pods are in its own namespace',
      'example.com/own',
      {
        'gateway.envoyproxy.io/owning-gateway-name': 'front',
        'gateway.envoyproxy.io/owning-gateway-namespace': 'default',
      },
      true,
    ],
    [
      'Envoy Gateway for one of the same name elsewhere',
      'example.com/own',
      {
        'gateway.envoyproxy.io/owning-gateway-name': 'front',
        'gateway.envoyproxy.io/owning-gateway-namespace': 'other',
      },
      false,
    ],
    ['Contour for all', 'projectcontour.io/gateway-controller', { app: 'envoy' }, true],
    [
      'Contour for another one',
      'projectcontour.io/gateway-controller',
      { app: 'envoy', 'gateway.networking.k8s.io/gateway-name': 'other' },
      false,
    ],
  ])('knows the pods of %s', (_, controller, labels, isServed) => {
    const world = createEdgeWorld([
      ...edgeObjects({}, 'a', labels as Record<string, string>),
      gatewayClass({ controller }),
      gateway(),
      httpRoute(['shop.localhost']),
    ])
    expect(readRoutes(world.state)).toMatchObject([{ port: isServed ? 'host:80' : null }])
  })

  test('of another Gateway than that of the pods is behind no port, and unknown', () => {
    const world = createEdgeWorld([
      ...front(),
      gatewayClass(),
      gateway({ name: 'other', uid: 'other' }),
      httpRoute(['shop.localhost'], { parents: [{ ...FRONT, name: 'other' }], statuses: [] }),
    ])
    world.pass(120_000)
    expect(readRoutes(world.state)).toMatchObject([
      { port: null, state: 'unknown', note: 'no mapped port is known to lead to Gateway default/other' },
    ])
  })

  test('at a listener that nobody mapped is shown at the one that somebody did', () => {
    const secure = listener({
      name: 'websecure',
      port: 443,
      protocol: 'HTTPS',
      secret: { namespace: 'default', name: 'own' },
    })
    const route = httpRoute(['shop.localhost'])
    const objects = [...front(), ...shopObjects(), gatewayClass()]
    expect(routesOf(createEdgeWorld([...objects, gateway({ listeners: [listener(), secure] }), route]))).toEqual([
      [SHOP_ROUTE, 'host:80'],
    ])
    expect(routesOf(createEdgeWorld([...objects, gateway({ listeners: [secure] }), route]))).toEqual([
      ['route:-/shop.localhost/', null],
    ])
  })

  test('without hosts takes those of the listener', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway({ listeners: [listener({ host: '*.dev.localhost' })] }),
      httpRoute([''], {}),
    ])
    expect(routesOf(world)).toEqual([['route:80/*.dev.localhost/', 'host:80']])
  })

  test('a rule that takes some requests alone is counted, not asked', () => {
    const route = httpRoute(['shop.localhost'])
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway(),
      {
        ...route,
        rules: [...route.rules, ...route.rules.map((rule) => ({ ...rule, path: '/v2', conditional: true as const }))],
      },
    ])
    expect(routesOf(world)).toEqual([[SHOP_ROUTE, 'host:80']])
    expect(world.state.edge.leftOut).toEqual({ count: 1, names: ['shop.localhost/v2'] })
  })

  test.each([
    ['', '', ''],
    ['', 'a.example', 'a.example'],
    ['a.example', '', 'a.example'],
    ['*.example', 'a.example', 'a.example'],
    ['A.example', '*.EXAMPLE', 'a.example'],
    ['*.example', '*.b.example', '*.b.example'],
    ['*.example', 'a.b.example', 'a.b.example'],
    ['*.example', 'example', null],
    ['*.example', 'a.other', null],
    ['a.example', 'b.example', null],
  ])('a listener for "%s" and a route for "%s" have in common: %p', (one, other, common) => {
    expect(commonHost(one, other)).toBe(common)
  })
})

describe('an HTTPRoute is broken', () => {
  function shopWorld(
    changes: Partial<Record<'gateway' | 'class', object>> & { route?: Parameters<typeof httpRoute>[1] } = {},
  ) {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(changes.class),
      gateway(changes.gateway),
      httpRoute(['shop.localhost'], changes.route),
    ])
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    world.pass(2000)
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    return world
  }
  const said = (reason: string, resolved = accepted()) => ({
    statuses: [{ gateway: FRONT, accepted: { ...accepted(reason), message: 'as it is' }, resolved }],
  })

  test.each([
    ['NotAllowedByListeners', /allowedRoutes/],
    ['NoMatchingListenerHostname', /hostname/],
    ['NoMatchingParent', /parentRefs/],
    ['SomethingNew', /Read what the controller reports/],
    ['__proto__', /Read what the controller reports/],
  ])('by %s, in the words of its controller, with what helps', (reason, text) => {
    const world = shopWorld({ route: said(reason) })
    expect(world.incident()).toMatchObject({
      cause: 'route_not_accepted',
      confidence: 'proven',
      summary: expect.stringContaining(
        `its controller does not accept it at Gateway default/front (${reason}: as it is)`,
      ),
      remedies: [{ text: expect.stringMatching(text), command: expect.stringContaining('describe httproute/shop') }],
    })
  })

  test('by what its controller says of itself before what it leads to, which may be missing as well', () => {
    const world = createEdgeWorld([
      ...front(),
      gatewayClass(),
      gateway(),
      httpRoute(['shop.localhost'], said('NoMatchingParent')),
    ])
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({ cause: 'route_not_accepted' })
  })

  test('by what its controller says, though its pod has no page there either', () => {
    const world = createEdgeWorld(
      [
        ...front(),
        ...shopObjects(),
        gatewayClass(),
        gateway(),
        httpRoute(['shop.localhost'], said('NoMatchingParent')),
      ],
      true,
    )
    for (let times = 0; times < 3; times += 1) {
      world.answer(SHOP_ROUTE, 404, NGINX_404)
      world.pass(1000)
      world.askedPod(SHOP_ROUTE, 404)
      world.pass(4000)
    }
    expect(world.route()).toEqual({ state: 'broken', cause: 'route_not_accepted' })
  })

  test('by its own making, which is not told as if it had been so before', () => {
    const world = createEdgeWorld([...front(), ...shopObjects(), gatewayClass(), gateway()])
    world.set(httpRoute(['shop.localhost'], said('NoMatchingParent')))
    world.answer('edge:80', 404, NGINX_404)
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({ cause: 'route_not_accepted' })
    expect(world.incident()).not.toHaveProperty('foundDarkAt')
  })

  test('by a backend of another namespace that no ReferenceGrant permits', () => {
    const world = shopWorld({ route: said('Accepted', accepted('RefNotPermitted')) })
    expect(world.incident()).toMatchObject({
      cause: 'route_not_accepted',
      remedies: [{ text: expect.stringContaining('ReferenceGrant') }],
    })
  })

  test('by a class that no controller accepted', () => {
    const world = shopWorld({ class: { accepted: null }, route: { statuses: [] } })
    expect(world.incident()).toMatchObject({
      cause: 'ingress_class_missing',
      summary: expect.stringContaining('no controller has accepted GatewayClass own, which is for example.com/own'),
    })
  })

  test('by no word of the controller, which is likely alone', () => {
    const world = shopWorld({ route: { statuses: [] } })
    expect(world.incident()).toMatchObject({ cause: 'route_not_accepted', confidence: 'likely' })
  })

  test('by a Service that is deleted, with the namespace that it names', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway(),
      httpRoute(['shop.localhost']),
    ])
    world.answer(SHOP_ROUTE, 200)
    world.pass(5000)
    world.remove(shopService())
    world.answer(SHOP_ROUTE, 500, { server: 'own', body: '500-page' })
    expect(world.incident()).toMatchObject({
      cause: 'route_backend_missing',
      summary: 'Route shop.localhost/: HTTPRoute default/shop leads to Service default/shop, which does not exist.',
      trigger: { text: 'Service default/shop was deleted' },
    })
  })

  test('by a Gateway that is deleted, also where its pods go with it', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway(),
      httpRoute(['shop.localhost']),
    ])
    world.answer(SHOP_ROUTE, 200)
    world.remove(shopService())
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    world.remove(gateway())
    expect(world.incident()?.summary).toMatch(/It ended because the route is not behind that port any more\.$/)
    world.set(shopService())
    world.pass(40_000)
    expect(world.incident()).toMatchObject({
      cause: 'route_not_accepted',
      confidence: 'proven',
      summary: expect.stringContaining('there is no Gateway default/front'),
    })
    world.set(gateway())
    world.answer('edge:80', 404, NGINX_404)
    world.answer(SHOP_ROUTE, 200)
    world.pass(1000)
    world.answer(SHOP_ROUTE, 200)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })

  test('but not while its application answers, whatever the conditions say', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway({ programmed: accepted('AddressNotAssigned') }),
      httpRoute(['shop.localhost'], said('NoMatchingParent')),
    ])
    world.answer(SHOP_ROUTE, 200)
    world.pass(5000)
    world.answer(SHOP_ROUTE, 200)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })
})

describe('no HTTPRoute is said to be broken', () => {
  const [rule] = httpRoute(['shop.localhost']).rules as [HostRule]
  const status = (at: GatewayRef, reason = 'Accepted', resolved = accepted()) => ({
    gateway: at,
    accepted: accepted(reason),
    resolved,
  })
  const SECOND = { ...FRONT, name: 'second' }
  const forAll = (...objects: ObjectSnapshot[]) => [
    ...edgeObjects({}, 'a', { 'app.kubernetes.io/name': 'traefik' }),
    gatewayClass({ controller: 'traefik.io/gateway-controller' }),
    ...objects,
  ]
  const alone = () => [...front(), gatewayClass(), gateway()]
  const twoRules = [rule, { ...rule, path: '/v2', place: '/spec/rules/1/backendRefs/0' }]
  const OWN_404 = { server: 'shop', body: 'nothing-here' }

  test.each<[string, ObjectSnapshot[], HTTPRouteSnapshot]>([
    [
      'the backend of another rule is missing',
      alone(),
      httpRoute([], { rules: twoRules, statuses: [status(FRONT, 'Accepted', accepted('BackendNotFound'))] }),
    ],
    [
      'the backend of another rule is not permitted',
      alone(),
      httpRoute([], { rules: twoRules, statuses: [status(FRONT, 'Accepted', accepted('RefNotPermitted'))] }),
    ],
    [
      'its other Gateway at the same port takes it',
      forAll(gateway(), gateway({ name: 'second', uid: 'second' })),
      httpRoute(['shop.localhost'], {
        parents: [FRONT, SECOND],
        statuses: [status(FRONT, 'NotAllowedByListeners'), status(SECOND)],
      }),
    ],
    [
      'a controller that has left did not accept it',
      alone(),
      httpRoute(['shop.localhost'], { statuses: [status(FRONT, 'NoMatchingParent'), status(FRONT)] }),
    ],
    [
      'it is taken at one port and refused at another one',
      alone(),
      httpRoute(['shop.localhost'], {
        statuses: [status({ ...FRONT, port: 80 }), status({ ...FRONT, port: 443 }, 'NoMatchingParent')],
      }),
    ],
    [
      'its Gateway has another listener that is not valid',
      [...front(), gatewayClass(), gateway({ accepted: accepted('ListenersNotValid') })],
      httpRoute(['shop.localhost']),
    ],
  ])('whose application answers 404 by itself, while %s', (_, objects, route) => {
    const world = createEdgeWorld([...objects, ...shopObjects(), route])
    world.answer(SHOP_ROUTE, 404, OWN_404)
    world.pass(5000)
    world.answer(SHOP_ROUTE, 404, OWN_404)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })

  test('whose pod has the same page as the edge proxy, though no controller says anything of it', () => {
    const world = createEdgeWorld([...alone(), ...shopObjects(), httpRoute(['shop.localhost'], { statuses: [] })], true)
    for (let times = 0; times < 3; times += 1) {
      world.answer(SHOP_ROUTE, 404, NGINX_404)
      world.pass(1000)
      world.askedPod(SHOP_ROUTE, 404, { answer: NGINX_404 })
      world.pass(4000)
    }
    expect(world.incident()).toBeUndefined()
  })

  test('while its Gateway is being made', () => {
    const world = createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      httpRoute(['shop.localhost'], { statuses: [] }),
    ])
    world.set(gateway({ createdAt: world.now }))
    world.answer('edge:80', 404, NGINX_404)
    for (let times = 0; times < 3; times += 1) {
      world.answer(SHOP_ROUTE, 404, NGINX_404)
      world.pass(1000)
    }
    expect(world.incident()).toBeUndefined()
  })

  test('that another one of its Gateways serves, where one is not there', () => {
    const world = createEdgeWorld([
      ...alone(),
      ...shopObjects(),
      httpRoute(['shop.localhost'], { parents: [SECOND, FRONT], statuses: [status(FRONT)] }),
    ])
    world.answer(SHOP_ROUTE, 200)
    world.pass(60_000)
    world.answer(SHOP_ROUTE, 200)
    expect(readRoutes(world.state)).toMatchObject([
      { port: 'host:80', state: 'up' },
      { port: null, state: 'unknown', note: 'there is no Gateway default/second' },
    ])
  })
})

test('an HTTPRoute that fits no listener is not accepted, whatever certificate the listener has', () => {
  const secure = listener({ protocol: 'HTTPS', host: '*.dev.localhost', secret: { namespace: 'default', name: 'own' } })
  const refused = { gateway: FRONT, accepted: accepted('NoMatchingListenerHostname'), resolved: accepted() }
  const world = createEdgeWorld([
    ...front(),
    ...shopObjects(),
    gatewayClass(),
    gateway({ listeners: [secure] }),
    httpRoute(['shop.localhost'], { statuses: [refused] }),
  ])
  world.answer(SHOP_ROUTE, 404, { ...NGINX_404, certificate: { subject: '*.dev.localhost', fits: false } })
  expect(world.incident()).toMatchObject({ cause: 'route_not_accepted' })
})

test('an HTTPRoute of very many parents at very many listeners is bounded', () => {
  const listeners = Array.from({ length: 64 }, (_, index) =>
    listener({ name: `l${index}`, host: `h${index}.localhost` }),
  )
  const rules = httpRoute(Array.from({ length: 200 }, () => '')).rules.map((rule, index) => ({
    ...rule,
    path: `/${index}`,
  }))
  const world = createEdgeWorld([
    ...front(),
    gatewayClass(),
    gateway({ listeners }),
    httpRoute([], { rules, parents: Array.from({ length: 32 }, () => FRONT) }),
  ])
  expect(readRoutes(world.state)).toHaveLength(64)
  expect(world.state.edge.leftOut.count).toBeLessThan(200)
})
