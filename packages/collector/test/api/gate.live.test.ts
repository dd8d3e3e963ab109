import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CollectorOptions, type PageAccess, proofOf, writeSession } from '../../src/index.ts'
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
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  const document = (isJson ? JSON.parse(text) : {}) as { detail?: string; session?: string }
  return {
    ...document,
    status: answer.status,
    session: document.session ?? '',
    setsCookie: answer.headers.has('set-cookie'),
  }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const note = (headers = {}) => ask('POST', '/api/v1/notes', headers, { text: 'hello' })
const logIn = (key = KEY, headers = {}) => ask('POST', '/api/v1/session', headers, { key })
const rights = async (headers = {}) => {
  const { reads, writes } = (await ask('GET', '/api/v1/session', headers)) as { reads?: boolean; writes?: boolean }
  return { reads, writes }
}

const OWNER = 'system:serviceaccount:portolan:portolan-annotator'

const PRIVATE_PATHS = ['/api/v1/targets', '/api/v1/notes', '/api/v1/stream', '/api/v1/incidents', '/api/v1/clock']
const OPEN_PATHS = ['/metrics', '/healthz', '/readyz', '/', '/page.js', '/timeline']

describe('on loopback', () => {
  test('everybody on the machine reads, and nobody writes without a key', async () => {
    await start()
    for (const path of ['/api/v1/targets', '/api/v1/notes', ...OPEN_PATHS])
      expect([path, (await ask('GET', path)).status]).toEqual([path, 200])
    const { status, detail } = await note()
    expect([status, detail]).toEqual([
      401,
      'this needs authentication (to write notes): open the address with #key= that Portolan printed when it started, or give its key',
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
  test('is what a key is exchanged for, and no cookie: a browser would send that to every port of this host', async () => {
    await start()
    const { status, session, setsCookie } = await logIn()
    expect([status, setsCookie]).toEqual([200, false])
    expect(session).toMatch(/^\d+\.rw\.\.[\w-]{43}$/)
    expect(session).not.toContain(KEY)
    expect((await note(bearer(session))).status).toBe(201)
    expect((await note({ cookie: `portolan-${new URL(one.url).port}=${session}` })).status).toBe(401)
    expect(await rights(bearer(session))).toEqual({ reads: true, writes: true })
    expect(await rights()).toEqual({ reads: true, writes: false })
  })

  test('is given once more for itself, and lasts no longer by that', async () => {
    await start()
    const { session } = await logIn()
    one.clock.advance(1000)
    expect((await logIn(session)).session).toBe(session)
  })

  test('is not given for another key, nor to a page of another site', async () => {
    await start()
    expect(await logIn('another')).toMatchObject({ status: 403, session: '' })
    expect(await logIn(KEY, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403, session: '' })
    expect((await ask('POST', '/api/v1/session', {}, { key: 'x'.repeat(9000) })).status).toBe(400)
    expect((await ask('POST', '/api/v1/session', {}, { key: 'x'.repeat(20_000) })).status).toBe(413)
  })

  test('ends after 12 hours', async () => {
    await start()
    const { session } = await logIn()
    one.clock.advance(12 * 60 * 60_000 - 1)
    expect((await note(bearer(session))).status).toBe(201)
    one.clock.advance(1)
    expect((await note(bearer(session))).status).toBe(401)
  })

  test('cannot be made longer, or by somebody without the key', async () => {
    await start()
    const { session } = await logIn()
    const [until = '', mode = '', who = '', signature = ''] = session.split('.')
    const others = [`${Number(until) + 1}.${mode}.${who}`, `${until}.r.`, `${until}.`, `${until}.rw.YQ`, mode, 'x', '']
    for (const made of [...others.map((said) => `${said}.${signature}`), `${until}.${mode}..`, '.'])
      expect((await note(bearer(made))).status).toBe(401)
  })

  test('outlives a restart, and ends with its key', async () => {
    await start()
    const { session } = await logIn()
    await one.collector.stop()
    await start()
    expect((await note(bearer(session))).status).toBe(201)
    await one.collector.stop()
    await start({ keys: ['another-key-of-the-tests'] })
    expect((await note(bearer(session))).status).toBe(401)
  })

  test.each([KEY, 'a-second-key'])('can be made by a holder of the key %s, who need not show it', async (key) => {
    await start()
    const own = { until: one.clock.now() + 1000, writes: true, who: null }
    expect((await note(bearer(writeSession(own, key)))).status).toBe(201)
    expect((await note(bearer(writeSession(own, 'a-key-that-is-wrong')))).status).toBe(401)
  })
})

describe('a client that asks for a proof', () => {
  const NONCE = 'sixteen-letters-'
  const port = () => Number(new URL(one.url).port)

  test('gets one that only a holder of the key can make, for this nonce at this port', async () => {
    await start()
    const { proofs } = (await ask('GET', `/api/v1/proof?nonce=${NONCE}`)) as { proofs?: string[] }
    expect(proofs).toEqual([KEY, 'a-second-key'].map((key) => proofOf(key, NONCE, port())))
    for (const other of [proofOf('other', NONCE, port()), proofOf(KEY, 'another', port()), proofOf(KEY, NONCE, 1)])
      expect(proofs).not.toContain(other)
  })

  test.each(['short', 'x'.repeat(65), 'session%20of%20somebody'])(
    'has to give a nonce, which %s is not',
    async (text) => {
      await start()
      expect((await ask('GET', `/api/v1/proof?nonce=${text}`)).status).toBe(400)
    },
  )
})

describe('a private page', () => {
  test('is read by nobody without a key, but for its own files, health and metrics', async () => {
    await start({ isPrivate: true })
    for (const path of PRIVATE_PATHS) expect([path, (await ask('GET', path)).status]).toEqual([path, 401])
    for (const path of OPEN_PATHS) expect([path, (await ask('GET', path)).status]).toEqual([path, 200])
    expect(await rights()).toEqual({ reads: false, writes: false })
    expect((await ask('GET', '/api/v1/targets', bearer(KEY))).status).toBe(200)
    const { session } = await logIn()
    expect((await ask('GET', '/api/v1/targets', bearer(session))).status).toBe(200)
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
    expect(viewer).toMatchObject({ reads: true, writes: false })
    const annotator = await logIn('annotator')
    for (const [{ session }, status] of [
      [viewer, 403],
      [annotator, 201],
    ] as const) {
      expect((await ask('GET', '/api/v1/targets', bearer(session))).status).toBe(200)
      expect((await note(bearer(session))).status).toBe(status)
    }
    one.clock.advance(HOUR_MS)
    expect((await ask('GET', '/api/v1/targets', bearer(annotator.session))).status).toBe(401)
    expect(asked).toEqual(['viewer', 'annotator'])
  })

  test('says of a note who wrote it, whatever the note says of that', async () => {
    const { session } = await logIn('annotator')
    const given = { text: 'a drain', author: 'somebody else' }
    expect(await ask('POST', '/api/v1/notes', bearer(session), given)).toMatchObject({ author: OWNER })
  })

  test('of nobody who may do anything is refused, with how to get another', async () => {
    const { status, detail, session } = await logIn('stranger')
    expect([status, session, detail]).toEqual([403, '', 'access denied: kubectl create token'])
  })

  test('is waited for while the API server cannot be asked', async () => {
    expect(await logIn('unknown')).toMatchObject({ status: 503, session: '' })
  })

  test('is nothing that somebody has to ask about again and again: only a session is a right', async () => {
    expect((await ask('GET', '/api/v1/targets', bearer('viewer'))).status).toBe(401)
    expect(asked).toEqual([])
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
