import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector

beforeAll(async () => {
  one = await startCollector()
})

afterAll(() => one.collector.stop())

test.each(['/', '/timeline?port=host:30080', '/incidents', '/incidents/some-id'])('%s is the page', async (path) => {
  const { status, body, headers } = await one.get(path)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(body).toContain('<script type="module" src="/page.js">')
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
  // Names of XML namespaces are no addresses.
  expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([])
})

test('the page is small', async () => {
  const response = await fetch(`${one.url}/page.js`, { headers: { 'Accept-Encoding': 'gzip' } })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const { body } = await one.get('/page.js', { 'Accept-Encoding': 'identity' })
  expect(Buffer.byteLength(body)).toBeLessThan(250_000)
})

test('elsewhere there is nothing', async () => {
  expect((await one.get('/nothing')).status).toBe(404)
})
