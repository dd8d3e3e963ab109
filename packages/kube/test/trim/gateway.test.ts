import { describe, expect, test } from '@jest/globals'
import type { V1ObjectMeta } from '@kubernetes/client-node'
import { trimGateway, trimGatewayClass, trimHttpRoute, trimOtherRoute } from '../../src/trim/gateway.ts'

/** As the API server sends it: the type declarations know nothing of these kinds. */
function object(rest: object, more: Partial<V1ObjectMeta> = {}) {
  return {
    metadata: { name: 'shop', namespace: 'default', uid: 'u', resourceVersion: '7', generation: 2, ...more },
    ...rest,
  }
}

const condition = (type: string, status: string, more: object = {}) => ({
  type,
  status,
  reason: type,
  message: '',
  lastTransitionTime: '2026-11-01T00:00:00Z',
  observedGeneration: 2,
  ...more,
})

describe('an HTTPRoute', () => {
  test('becomes a rule for each of its hosts and matches, with the backend that gets the most requests', () => {
    const route = trimHttpRoute(
      object({
        spec: {
          parentRefs: [
            { name: 'edge', sectionName: 'web' },
            { kind: 'Service', group: '', name: 'mesh' },
          ],
          hostnames: ['shop.localhost', '*.dev.localhost'],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
              backendRefs: [
                { name: 'canary', port: 80, weight: 1 },
                { name: 'shop', namespace: 'backend', port: 8080, weight: 9 },
              ],
            },
          ],
        },
      }),
    )
    const rule = {
      path: '/api',
      pathType: 'Prefix',
      place: '/spec/rules/0/backendRefs/1',
      backend: { service: 'shop', port: '8080', namespace: 'backend' },
    }
    expect(route).toMatchObject({
      parents: [{ namespace: 'default', name: 'edge', listener: 'web', port: 0 }],
      rules: [
        { host: 'shop.localhost', ...rule },
        { host: '*.dev.localhost', ...rule },
      ],
    })
  })

  test('of very many hosts, rules and matches is read as far as it is kept', () => {
    const many = (one: (index: number) => unknown) => Array.from({ length: 200 }, (_, index) => one(index))
    const matches = many((index) => ({ path: { type: 'Exact', value: `/${index}` } }))
    const hostnames = many((index) => `${index}.${'h'.repeat(1000)}`)
    const { rules } = trimHttpRoute(object({ spec: { hostnames, rules: many(() => ({ matches })) } }))
    expect(rules).toHaveLength(200)
    expect(rules[0]?.host).toHaveLength(253)
  })

  test.each(['constructor', '__proto__', 'toString'])('with a path of type %s takes it for a prefix', (type) => {
    const rules = [{ matches: [{ path: { type, value: '/' } }] }]
    expect(trimHttpRoute(object({ spec: { rules } })).rules).toMatchObject([{ pathType: 'Prefix' }])
  })

  test('without matches takes every path; what asks for a header or another method is conditional', () => {
    const { rules } = trimHttpRoute(
      object({
        spec: {
          rules: [
            { backendRefs: [{ name: 'shop', port: 80 }] },
            { matches: [{ headers: [{ name: 'x', value: 'y' }] }, { method: 'POST' }, { method: 'GET' }] },
          ],
        },
      }),
    )
    expect(rules.map(({ host, path, conditional }) => [host, path, conditional])).toEqual([
      ['', '/', undefined],
      ['', '/', true],
      ['', '/', true],
      ['', '/', undefined],
    ])
    expect(rules[3]?.backend).toBeNull()
  })

  test('of what its controller said of an older state nothing is kept', () => {
    const { statuses } = trimHttpRoute(
      object({
        spec: { parentRefs: [{ name: 'edge' }] },
        status: {
          parents: [
            {
              parentRef: { name: 'edge' },
              conditions: [
                condition('Accepted', 'False', { observedGeneration: 1 }),
                condition('ResolvedRefs', 'False', { reason: 'RefNotPermitted' }),
              ],
            },
          ],
        },
      }),
    )
    expect(statuses).toMatchObject([
      { gateway: { namespace: 'default', name: 'edge' }, accepted: null, resolved: { reason: 'RefNotPermitted' } },
    ])
  })

  test.each([
    ['nothing', {}],
    [
      'other types',
      { spec: { parentRefs: 'x', hostnames: [1, {}], rules: [{ matches: [[], { path: 7 }], backendRefs: [null] }] } },
    ],
    ['text where an object belongs', { spec: 'x', status: 'y' }],
  ])('of a shape that nobody expects, with %s, is read as far as it can be', (_, rest) => {
    expect(() => trimHttpRoute(object(rest))).not.toThrow()
  })

  test('is bounded: rules, texts', () => {
    const rules = Array.from({ length: 1000 }, () => ({ matches: [{ path: { value: '/'.repeat(5000) } }] }))
    const hostnames = Array.from({ length: 500 }, (_, index) => `${index}.localhost`)
    const route = trimHttpRoute(object({ spec: { hostnames, rules } }))
    expect(route.rules).toHaveLength(200)
    expect(route.rules[0]?.path).toHaveLength(1000)
  })
})

test('a Gateway says where it listens, with which certificate, and for whom', () => {
  const gateway = trimGateway(
    object({
      spec: {
        gatewayClassName: 'traefik',
        listeners: [
          { name: 'web', port: 8000, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } },
          {
            name: 'websecure',
            port: 8443,
            protocol: 'HTTPS',
            hostname: '*.localhost',
            tls: { certificateRefs: [{ name: 'own', namespace: 'tls' }] },
          },
          { name: 'through', port: 9443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
        ],
      },
      status: { conditions: [condition('Accepted', 'True'), condition('Programmed', 'Unknown')] },
    }),
  )
  expect(gateway).toMatchObject({
    className: 'traefik',
    listeners: [
      { name: 'web', port: 8000, protocol: 'HTTP', host: '', secret: null, takesOthers: true },
      { name: 'websecure', host: '*.localhost', secret: { namespace: 'tls', name: 'own' }, takesOthers: false },
      { name: 'through', secret: null },
    ],
    accepted: { status: 'True' },
    programmed: { status: 'Unknown' },
  })
})

test('a GatewayClass names its controller, and whether that took it', () => {
  const spec = { controllerName: 'traefik.io/gateway-controller' }
  expect(trimGatewayClass(object({ spec }))).toMatchObject({ controller: spec.controllerName, accepted: null })
})

test('a route that is listed alone names the Gateways that it hangs on, and nothing that it hangs on beside', () => {
  const parentRefs = [
    { name: 'front' },
    { name: 'mesh', kind: 'Service' },
    { name: 'far', namespace: 'infra', port: 443 },
    7,
  ]
  expect(trimOtherRoute('TLSRoute')(object({ spec: { parentRefs } }))).toMatchObject({
    kind: 'TLSRoute',
    name: 'shop',
    parents: [
      { namespace: 'default', name: 'front', listener: '', port: 0 },
      { namespace: 'infra', name: 'far', listener: '', port: 443 },
    ],
  })
  expect(trimOtherRoute('GRPCRoute')(object({ spec: 'nothing' })).parents).toEqual([])
})
