import { expect, test } from '@jest/globals'
import type { RouteView } from '@portolan/core'
import { findRoute } from '../src/route-name.ts'

const routes = [
  { cluster: 'sea', id: 'route:80/shop.localhost/', name: 'shop.localhost/', host: 'shop.localhost' },
  { cluster: 'sea', id: 'route:80/shop.localhost/api', name: 'shop.localhost/api', host: 'shop.localhost' },
  { cluster: 'sea', id: 'route:80/docs.localhost/v2', name: 'docs.localhost/v2', host: 'docs.localhost' },
  { cluster: 'sea', id: 'route:80/blog.localhost/', name: 'blog.localhost/', host: 'blog.localhost' },
  { cluster: 'lake', id: 'route:80/blog.localhost/', name: 'blog.localhost/', host: 'blog.localhost' },
] as RouteView[]

test.each([
  ['shop.localhost', 'route:80/shop.localhost/'],
  ['shop.localhost/api', 'route:80/shop.localhost/api'],
  ['80/shop.localhost/', 'route:80/shop.localhost/'],
  ['sea/80/shop.localhost/', 'route:80/shop.localhost/'],
  ['route:80/shop.localhost/api', 'route:80/shop.localhost/api'],
  ['docs.localhost', 'route:80/docs.localhost/v2'],
  ['sea/shop.localhost', 'route:80/shop.localhost/'],
  ['sea/shop.localhost/api', 'route:80/shop.localhost/api'],
  ['lake/blog.localhost', 'route:80/blog.localhost/'],
  ['30080', undefined],
  ['localhost', undefined],
])('%s names %s', (text, id) => expect(findRoute(routes, text)?.id).toBe(id))

test('a name that two clusters have is refused with the names that are none of both', () => {
  expect(() => findRoute(routes, 'blog.localhost')).toThrow(
    expect.objectContaining({ hint: 'name one of sea/80/blog.localhost/, lake/80/blog.localhost/' }),
  )
  expect(findRoute(routes, 'lake/80/blog.localhost/')?.cluster).toBe('lake')
})
