import { describe, expect, test } from '@jest/globals'
import type { RouteExplanation, RouteView, TargetExplanation } from '@portolan/core'
import { encodeRouteExplanation, whyDocument } from '@portolan/wire'
import { whyOfRoute } from '../../src/why/answer.ts'
import { findNamed } from '../../src/why/named.ts'
import { incident, NOON, route, target } from '../views.ts'

function explained(port: number, name: string, more: Partial<RouteView> = {}): RouteExplanation {
  const view = route(name, { id: `route:${port}/${name}`, port: `host:${port}`, ...more })
  return { route: view, hops: [], incident: null }
}

const behind = (port: number, ...routes: RouteExplanation[]): TargetExplanation => ({
  target: target(port),
  hops: [],
  incident: null,
  ruledOut: [],
  epochs: [],
  foreseen: null,
  routes,
})

const SEEN = [
  behind(80, explained(80, 'shop.localhost/'), explained(80, 'api.localhost/v1')),
  behind(81, explained(81, 'shop.localhost/')),
]
const PORTLESS = explained(0, 'blog.localhost/', { id: 'route:blog.localhost/', port: null })
const idOf = (text: string) => {
  const found = findNamed([{ explanations: SEEN, portless: [PORTLESS] }], text)
  return 'route' in found ? found.route.id : found.target.id
}

describe('what `why` is asked for', () => {
  test.each([
    ['80', 'host:80'],
    ['sea/81', 'host:81'],
    ['80/shop.localhost', 'route:80/shop.localhost/'],
    ['sea/81/shop.localhost/', 'route:81/shop.localhost/'],
    ['api.localhost', 'route:80/api.localhost/v1'],
    ['api.localhost/v1', 'route:80/api.localhost/v1'],
    ['blog.localhost', 'route:blog.localhost/'],
  ])('%s is %s', (text, id) => {
    expect(idOf(text)).toBe(id)
  })

  test('a host behind two ports has to be named with one of them', () => {
    expect(() => idOf('shop.localhost')).toThrow(/several routes are called shop.localhost/)
  })

  test('what is neither is refused with what there is', () => {
    expect(() => idOf('nobody.localhost')).toThrow(/no port and no route is called nobody.localhost/)
    expect(() => idOf('82')).toThrow(/no port is called 82/)
  })
})

describe('why a route is as it is', () => {
  const why = (explanation: RouteExplanation) =>
    whyOfRoute(encodeRouteExplanation(explanation, NOON), {
      source: { kind: 'watch', page: null, at: '2026-03-01T12:00:01.500Z' },
      verify: 'portolan why sea/80/shop.localhost/',
      now: NOON + 1500,
      time: String,
    })

  test('keeps the contract of ports', () => {
    const open = incident({ darkSince: NOON, cause: 'route_backend_missing', target: 'route:80/shop.localhost/' })
    const broken = explained(80, 'shop.localhost/', { state: 'broken', incident: open.id })
    const document = why({ ...broken, incident: open })
    expect(whyDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
    expect(document).toMatchObject({
      port: 'sea/80/shop.localhost/',
      state: 'broken',
      summary: expect.stringMatching(
        /^Route shop.localhost\/ is answered by the edge proxy instead of the application: /,
      ),
      verdict: { cause: 'route_backend_missing' },
    })
  })

  test('behind a dark port leads to that port', () => {
    const document = why(
      explained(80, 'shop.localhost/', { state: 'down', note: 'the port in front of it, 80, is dark (etp_local)' }),
    )
    expect(document).toMatchObject({ verdict: null, notes: [], verify: { text: expect.stringContaining('is dark') } })
  })
})
