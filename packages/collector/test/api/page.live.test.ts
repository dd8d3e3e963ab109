import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadPage } from '@portolan/web'
import fc from 'fast-check'
import { type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector

beforeAll(async () => {
  one = await startCollector()
})

afterAll(() => one.collector.stop())

test.each([
  '/',
  '/timeline?port=host:30080',
  '/incidents',
  '/incidents/some-id',
  '/what-if?drain=node:dev/dev-worker',
  '/causes',
  '/causes/etp_local',
])('%s is the page', async (path) => {
  const { status, body, headers } = await one.get(path)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(body).toContain('<script type="module" src="/page.js">')
})

test.each(['/page.js/', '/PAGE.JS', '/incidents/'])('%s is not found', async (path) => {
  expect((await one.get(path)).status).toBe(404)
})

test('a browser that is led nowhere gets the page, which says so; a program gets a document', async () => {
  const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const page = await one.get('/no/such/page', html)
  expect(page.status).toBe(404)
  expect(page.body).toContain('<script type="module" src="/page.js">')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const path of ['/no/such/page', '/api/v1/nothing'] as const) {
    const { status, body } = await one.get(path, path.startsWith('/api') ? html : {})
    expect({ status, body }).toMatchObject({ status: 404, body: { status: 404 } })
  }
})

test('the page may load, run and ask nothing but itself', async () => {
  const { headers } = await one.get('/')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'"]))
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})

test.each(['/page.js', '/page.css', '/icon.svg'])('%s holds no address of another server', async (path) => {
  const { status, body } = await one.get(path)
  expect(status).toBe(200)
  const addresses = [...String(body).matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([address]) => address)
  // Names of XML namespaces are no addresses, nor is the frame in which an address of IPv6 is read.
  expect(addresses.filter((address) => !/^http:\/\/(www\.w3\.org\/|\[\$\{)/.test(address))).toEqual([])
})

test('the page is small', async () => {
  const response = await fetch(`${one.url}/page.js`, { headers: { 'Accept-Encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const files = [...(await loadPage()).values()]
  expect(files.length).toBeGreaterThan(3)
  expect(files.reduce((sum, { gzipped }) => sum + gzipped.length, 0)).toBeLessThan(150_000)
})

test('no path leads out of the page', async () => {
  const parts = ['..', '.', '%2e%2e', '%2f', '%5c', '%00', '%zz', 'src', 'etc', 'passwd', 'package.json', '']
  const paths = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 8 }).map((found) => found.join('/'))
  await fc.assert(
    fc.asyncProperty(paths, async (path) => {
      // fetch would resolve the dots itself.
      const asked = request(one.url, { path: `/x/${path}`, agent: false }).end()
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      answer.resume()
      expect([400, 404]).toContain(answer.statusCode)
    }),
  )
})

test('elsewhere there is nothing', async () => {
  expect((await one.get('/nothing')).status).toBe(404)
})
