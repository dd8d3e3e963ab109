import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CollectorOptions, PageAccess } from '../../src/index.ts'
import { KEY, type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector
afterEach(() => one.collector.stop())

async function start(access: Partial<PageAccess> = {}, more: Partial<CollectorOptions> = {}): Promise<void> {
  one = await startCollector({ access: { keys: [KEY, 'a-second-key'], isPrivate: false, ...access }, ...more })
}

async function ask(method: 'GET' | 'POST', path: string, headers: Record<string, string> = {}, body?: object) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(`${one.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...sent,
  })
  return { status: answer.status, text: await answer.text(), cookie: answer.headers.get('set-cookie') ?? '' }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const note = (headers = {}) => ask('POST', '/api/v1/notes', headers, { text: 'hello' })
const logIn = (key = KEY, headers = {}) => ask('POST', '/api/v1/session', headers, { key })
/** As a browser sends it back. */
const sentBack = (cookie: string) => ({ cookie: `theme=dark; ${cookie.split(';')[0]}; other=1` })

const OWNER = 'system:serviceaccount:portolan:portolan-annotator'

const PRIVATE_PATHS = ['/api/v1/targets', '/api/v1/notes', '/api/v1/stream', '/api/v1/incidents', '/api/v1/clock']
const OPEN_PATHS = ['/metrics', '/healthz', '/readyz', '/', '/page.js', '/timeline']

describe('on loopback', () => {
  test('everybody on the machine reads, and nobody writes without a key', async () => {
    await start()
    for (const path of ['/api/v1/targets', '/api/v1/notes', ...OPEN_PATHS])
      expect([path, (await ask('GET', path)).status]).toEqual([path, 200])
    const { status, text } = await note()
    expect([status, JSON.parse(text).detail]).toEqual([
      401,
      'who writes has to say who it is: open the address with #key= that Portolan printed when it started, or give its key',
    ])
  })

  test.each([KEY, 'a-second-key'])('the key %s lets write', async (key) => {
    await start()
    expect((await note(bearer(key))).status).toBe(201)
  })

  test.each<[string, Record<string, string>]>([
    ['another key', bearer('a-key-of-the-tesst')],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['the key as a cookie', { cookie: `portolan=${KEY}` }],
  ])('%s does not', async (_, headers) => {
    await start()
    expect((await note(headers)).status).toBe(401)
  })
})

describe('a session', () => {
  test('is what a key is exchanged for, and no script of the page can read it', async () => {
    await start()
    const { status, cookie } = await logIn()
    expect(status).toBe(200)
    const { port } = new URL(one.url)
    expect(cookie).toMatch(
      new RegExp(`^portolan-${port}=\\d+\\.rw\\.\\.[\\w-]{43}; Max-Age=43200; Path=/; .*HttpOnly; SameSite=Strict$`),
    )
    expect(cookie).not.toContain(KEY)
    expect((await note(sentBack(cookie))).status).toBe(201)
    expect(JSON.parse((await ask('GET', '/api/v1/session', sentBack(cookie))).text)).toEqual({
      reads: true,
      writes: true,
    })
    expect(JSON.parse((await ask('GET', '/api/v1/session')).text)).toEqual({ reads: true, writes: false })
  })

  test('is not given for another key, nor to a page of another site', async () => {
    await start()
    expect(await logIn('another')).toMatchObject({ status: 403, cookie: '' })
    expect(await logIn(KEY, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403, cookie: '' })
    expect((await ask('POST', '/api/v1/session', {}, { key: 'x'.repeat(9000) })).status).toBe(400)
    expect((await ask('POST', '/api/v1/session', {}, { key: 'x'.repeat(20_000) })).status).toBe(413)
  })

  test('ends after 12 hours', async () => {
    await start()
    const { cookie } = await logIn()
    one.clock.advance(12 * 60 * 60_000 - 1)
    expect((await note(sentBack(cookie))).status).toBe(201)
    one.clock.advance(1)
    expect((await note(sentBack(cookie))).status).toBe(401)
  })

  test('cannot be made longer, or by somebody without the key', async () => {
    await start()
    const { cookie } = await logIn()
    const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
    const [until = '', mode = '', signature = ''] = value.split('.')
    const others = [`${Number(until) + 1}.${mode}`, `${until}.r`, `${until}.`, mode, 'x', ''].map(
      (said) => `${said}.${signature}`,
    )
    for (const made of [...others, `${until}.${mode}.`, '', '.'])
      expect((await note({ cookie: `${name}=${made}` })).status).toBe(401)
  })

  test('outlives a restart, and ends with its key', async () => {
    await start()
    const { cookie } = await logIn()
    const pair = (cookie.split(';')[0] ?? '').replace(/^portolan-\d+/, '')
    const onPort = () => ({ cookie: `portolan-${new URL(one.url).port}${pair}` })
    await one.collector.stop()
    await start()
    expect((await note(onPort())).status).toBe(201)
    await one.collector.stop()
    await start({ keys: ['another-key-of-the-tests'] })
    expect((await note(onPort())).status).toBe(401)
  })
})

describe('a private page', () => {
  test('is read by nobody without a key, but for its own files, health and metrics', async () => {
    await start({ isPrivate: true })
    for (const path of PRIVATE_PATHS) expect([path, (await ask('GET', path)).status]).toEqual([path, 401])
    for (const path of OPEN_PATHS) expect([path, (await ask('GET', path)).status]).toEqual([path, 200])
    expect(JSON.parse((await ask('GET', '/api/v1/session')).text)).toEqual({ reads: false, writes: false })
    expect((await ask('GET', '/api/v1/targets', bearer(KEY))).status).toBe(200)
    const { cookie } = await logIn()
    expect((await ask('GET', '/api/v1/targets', sentBack(cookie))).status).toBe(200)
  })

  const elsewhere = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  const onNetwork = elsewhere === undefined ? test.skip : test

  onNetwork('is every page that listens elsewhere than on loopback', async () => {
    await start({}, { listen: { host: '0.0.0.0', port: 0 } })
    const at = `http://${elsewhere}:${one.collector.address?.port}`
    expect((await fetch(`${at}/api/v1/targets`)).status).toBe(401)
    expect((await fetch(`${at}/api/v1/targets`, { headers: bearer(KEY) })).status).toBe(200)
    expect((await fetch(`${at}/metrics`)).status).toBe(200)
  })
})

describe('a token of the cluster', () => {
  const HOUR_MS = 60 * 60_000
  let asked: string[]
  const tokens = {
    hint: 'kubectl create token',
    async review(token: string) {
      asked.push(token)
      if (token === 'unknown') throw new Error('connection refused')
      const until = one.clock.now() + HOUR_MS
      return (
        { viewer: { writes: false, until, who: 'viewer' }, annotator: { writes: true, until, who: OWNER } }[token] ??
        null
      )
    },
  }
  beforeEach(async () => {
    asked = []
    await start({ isPrivate: true, tokens })
  })

  test('lets its owner read, or write as well, for as long as it lasts', async () => {
    const viewer = await logIn('viewer')
    expect(JSON.parse(viewer.text)).toEqual({ reads: true, writes: false })
    expect(viewer.cookie).toContain('Max-Age=3600;')
    const annotator = await logIn('annotator')
    for (const [{ cookie }, status] of [
      [viewer, 403],
      [annotator, 201],
    ] as const) {
      expect((await ask('GET', '/api/v1/targets', sentBack(cookie))).status).toBe(200)
      expect((await note(sentBack(cookie))).status).toBe(status)
    }
    one.clock.advance(HOUR_MS)
    expect((await ask('GET', '/api/v1/targets', sentBack(annotator.cookie))).status).toBe(401)
    expect(asked).toEqual(['viewer', 'annotator'])
  })

  test('says of a note who wrote it, whatever the note says of that', async () => {
    const { cookie } = await logIn('annotator')
    const given = { text: 'a drain', author: 'somebody else' }
    const { text } = await ask('POST', '/api/v1/notes', sentBack(cookie), given)
    expect(JSON.parse(text)).toMatchObject({ author: OWNER })
  })

  test('of nobody who may do anything is refused, with how to get another', async () => {
    const { status, text, cookie } = await logIn('stranger')
    expect([status, cookie, JSON.parse(text).detail]).toEqual([403, '', 'this lets nobody in: kubectl create token'])
  })

  test('is waited for while the API server cannot be asked', async () => {
    expect(await logIn('unknown')).toMatchObject({ status: 503, cookie: '' })
  })

  test('is nothing that somebody has to ask about again and again: only a session is a right', async () => {
    expect((await ask('GET', '/api/v1/targets', bearer('viewer'))).status).toBe(401)
    expect(asked).toEqual([])
  })

  test('is sent by a browser over TLS alone where the page came by that', async () => {
    expect((await logIn('viewer', { origin: 'https://portolan.example' })).cookie).toContain('; Secure')
    expect((await logIn('viewer', { origin: 'http://127.0.0.1' })).cookie).not.toContain('Secure')
  })
})

test('metrics and health are served alone at an address of their own, and ask nobody for a key', async () => {
  await start({ isPrivate: true }, { metricsListen: { host: '127.0.0.1', port: 0 } })
  const at = one.collector.metricsAddress?.url
  for (const path of ['/metrics', '/healthz', '/readyz']) expect((await fetch(`${at}${path}`)).status).toBe(200)
  for (const path of ['/', '/api/v1/targets', '/api/v1/session', '/page.js'])
    expect((await fetch(`${at}${path}`, { headers: bearer(KEY) })).status).toBe(404)
  expect((await fetch(`${at}/metrics`, { method: 'POST' })).status).toBe(405)
})
