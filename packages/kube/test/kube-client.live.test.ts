import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLog } from '@portolan/testing'
import { createKubeClient, findCluster, type KubeClient, type ReportedEvent } from '../src/index.ts'
import { type ClientServer, json, startClientServer, status } from './client-server.ts'
import { createTestClock } from './test-clock.ts'

let server: ClientServer
let folder: string
let client: KubeClient
let time: ReturnType<typeof createTestClock>

beforeEach(async () => {
  server = await startClientServer()
  folder = mkdtempSync(join(tmpdir(), 'client-'))
  writeKubeconfig('first')
  time = createTestClock()
  client = createKubeClient({
    access: findCluster({ cluster: 'sea', env: { KUBECONFIG: join(folder, 'config') } }),
    clock: time.clock,
    log: silentLog,
  })
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

function writeKubeconfig(token: string, url = server.url): void {
  writeFileSync(
    join(folder, 'config'),
    JSON.stringify({
      contexts: [{ name: 'kind-sea', context: { cluster: 'sea', user: 'sailor' } }],
      clusters: [{ name: 'sea', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'sailor', user: { token } }],
    }),
  )
}

function lastBody(): unknown {
  return JSON.parse(server.received.at(-1)?.body ?? '')
}

const fault = (code: string, text: string) => expect.objectContaining({ code, message: expect.stringContaining(text) })

describe('a token is reviewed', () => {
  const user = {
    username: 'system:serviceaccount:ns:agent',
    groups: ['system:serviceaccounts'],
    extra: { 'authentication.kubernetes.io/node-name': ['a'] },
  }
  const answer = (review: object) => server.replies(json(201, { kind: 'TokenReview', status: review }))

  test('for its audience', async () => {
    answer({ authenticated: true, audiences: ['harbour'], user })
    expect(await client.reviewToken('abc', 'harbour')).toEqual(user)
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews' })
    expect(lastBody()).toMatchObject({ kind: 'TokenReview', spec: { token: 'abc', audiences: ['harbour'] } })
  })

  test.each([
    ['it is not valid', { error: 'invalid bearer token' }],
    ['it is for another audience', { authenticated: true, audiences: ['bay'], user }],
    ['nobody looked at the audience', { authenticated: true, user }],
  ])('and refused where %s', async (_, review) => {
    answer(review)
    expect(await client.reviewToken('abc', 'harbour')).toBeNull()
  })

  test('where that is permitted', async () => {
    server.replies(status(403, 'User "x" cannot create resource "tokenreviews"'))
    await expect(client.reviewToken('abc', 'harbour')).rejects.toEqual(fault('api_forbidden', 'tokenreviews'))
  })
})

test.each(['null', '[]', '{"status":"yes"}', '{"status":{"audiences":7}}', '<html>', ''])(
  'a review that is answered by %j is an API server that cannot be asked',
  async (body) => {
    server.replies((_, response) => void response.writeHead(201).end(body))
    await expect(client.reviewToken('abc', 'harbour')).rejects.toEqual(fault('api_unreachable', 'an answer that is n'))
  },
)

describe('a token is asked for', () => {
  test('for an account and an audience', async () => {
    server.replies(json(201, { status: { token: 'fresh', expirationTimestamp: '2026-03-01T12:10:00Z' } }))
    expect(await client.requestToken('ns', 'prober', 'harbour', 600)).toEqual({
      token: 'fresh',
      expiresAt: Date.parse('2026-03-01T12:10:00Z'),
    })
    expect(server.received[0]?.path).toBe('/api/v1/namespaces/ns/serviceaccounts/prober/token')
    expect(lastBody()).toMatchObject({ spec: { audiences: ['harbour'], expirationSeconds: 600 } })
  })

  test('which is told when there is no such account', async () => {
    server.replies(status(404, 'serviceaccounts "prober" not found'))
    await expect(client.requestToken('ns', 'prober', 'harbour', 600)).rejects.toEqual(fault('api_not_found', 'prober'))
  })
})

describe('an event is written', () => {
  const event: ReportedEvent = {
    name: 'web.1',
    regarding: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web', uid: 'u' },
    type: 'Warning',
    reason: 'PortUnreachable',
    message: 'dark',
    at: Date.parse('2026-03-01T12:00:05.750Z'),
  }
  const there = (count: number, lastTimestamp: string, message: string) =>
    server.replies((received, response) => {
      if (received.method === 'POST') return status(409, 'already exists')(received, response)
      json(200, { count, lastTimestamp, message })(received, response)
    })

  test('about its object', async () => {
    server.replies(json(201, {}))
    await client.writeEvent(event)
    expect(server.received[0]?.path).toBe('/api/v1/namespaces/shop/events')
    expect(lastBody()).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'web.1', namespace: 'shop' },
      involvedObject: event.regarding,
      type: 'Warning',
      reason: 'PortUnreachable',
      message: 'dark',
      count: 1,
      firstTimestamp: '2026-03-01T12:00:05Z',
      lastTimestamp: '2026-03-01T12:00:05Z',
      source: { component: 'portolan' },
      reportingComponent: 'portolan.dev/collector',
      reportingInstance: hostname(),
    })
  })

  test.each([
    ['happened before', '2026-03-01T12:00:01Z', 'dark'],
    ['had other words', '2026-03-01T12:00:05Z', 'dim'],
  ])('and counted up where it is there and %s', async (_, lastTimestamp, words) => {
    there(3, lastTimestamp, words)
    await client.writeEvent(event)
    expect(server.received.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/namespaces/shop/events/web.1',
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect(lastBody()).toEqual({ count: 4, lastTimestamp: '2026-03-01T12:00:05Z', message: 'dark' })
  })

  test.each([
    ['the same', '2026-03-01T12:00:05Z'],
    ['a newer one', '2026-03-01T12:00:06Z'],
  ])('and left alone where %s is there', async (_, lastTimestamp) => {
    there(3, lastTimestamp, 'dark')
    await client.writeEvent(event)
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })
})

describe('credentials', () => {
  test('that are not accepted any more are read again, once', async () => {
    server.replies((received, response) => {
      if (received.headers.authorization === 'Bearer second')
        return json(201, { status: { authenticated: false } })(received, response)
      writeKubeconfig('second')
      status(401, 'Unauthorized')(received, response)
    })
    expect(await client.reviewToken('abc', 'harbour')).toBeNull()
    expect(server.received).toHaveLength(2)
  })

  test('that stay refused are told', async () => {
    server.replies(status(401, 'Unauthorized'))
    await expect(client.reviewToken('abc', 'harbour')).rejects.toEqual(fault('api_forbidden', 'Unauthorized'))
    expect(server.received).toHaveLength(2)
  })

  test('in a kubeconfig that changed are used from the next request on', async () => {
    server.replies(json(201, { status: {} }))
    await client.reviewToken('abc', 'harbour')
    writeKubeconfig('another')
    await client.reviewToken('abc', 'harbour')
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer another'])
  })
})

test('a kubeconfig that leads to another cluster is noticed', () => {
  const before = client.cluster()
  writeKubeconfig('another')
  expect(client.cluster()).toBe(before)
  writeKubeconfig('another', 'https://127.0.0.1:1')
  expect(client.cluster()).not.toBe(before)
})

test('an API server that takes too long is told', async () => {
  server.replies(() => time.pass(20_000))
  await expect(client.reviewToken('abc', 'harbour')).rejects.toEqual(fault('api_unreachable', server.url))
})

test('an API server that does not answer is told with its address', async () => {
  await server.stop()
  const asked = client.reviewToken('abc', 'harbour')
  await expect(asked).rejects.toEqual(fault('api_unreachable', `connection refused at ${server.url}`))
  server = await startClientServer()
})

test.each([
  ['is fine', 200],
  ['is a refusal', 500],
])('an answer without end that %s is given up within its bound', async (_, code) => {
  let sent = 0
  const closed = Promise.withResolvers<void>()
  server.replies((_received, response) => {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.on('close', closed.resolve)
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    const more = (error?: Error | null): void => {
      if (error || response.destroyed) return
      sent += chunk.length
      response.write(chunk, more)
    }
    more()
  })
  await expect(client.reviewToken('abc', 'harbour')).rejects.toMatchObject({
    code: 'api_unreachable',
    message: expect.stringContaining('the answer is longer than 16 MiB'),
  })
  await closed.promise
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})

describe('what the owner of a token may do', () => {
  const owner = { username: 'jane', groups: ['devs'], extra: { scope: ['a'] } }
  const action = { group: 'portolan.dev', resource: 'page', verb: 'get', namespace: 'ns' }

  test.each([true, false])('is asked of the API server (%s)', async (allowed) => {
    server.replies(json(201, { status: { allowed } }))
    expect(await client.reviewAccess(owner, action)).toBe(allowed)
    expect(server.received[0]?.path).toBe('/apis/authorization.k8s.io/v1/subjectaccessreviews')
    const spec = { user: 'jane', groups: ['devs'], extra: { scope: ['a'] }, resourceAttributes: action }
    expect(lastBody()).toMatchObject({ kind: 'SubjectAccessReview', spec })
  })

  test.each([{}, { status: {} }, { status: { allowed: 'yes' } }])('is not known by the answer %j', async (answer) => {
    server.replies(json(201, answer))
    await expect(client.reviewAccess(owner, action)).rejects.toEqual(fault('api_unreachable', 'status'))
  })
})

describe('a Secret and a ConfigMap', () => {
  const secret = { kind: 'secrets', namespace: 'ns', name: 'own' } as const
  const map = { kind: 'configmaps', namespace: 'ns', name: 'own' } as const
  const object = (data?: object) => json(200, { metadata: { resourceVersion: '7' }, data })

  test('are read as text', async () => {
    server.replies(object({ 'tls.crt': 'YWhveQ==' }))
    expect(await client.readData(secret)).toEqual({ data: { 'tls.crt': 'ahoy' }, version: '7' })
    server.replies(object({ 'ca.crt': 'ahoy' }))
    expect(await client.readData(map)).toEqual({ data: { 'ca.crt': 'ahoy' }, version: '7' })
    server.replies(object())
    expect(await client.readData(map)).toEqual({ data: {}, version: '7' })
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/namespaces/ns/secrets/own',
      'GET /api/v1/namespaces/ns/configmaps/own',
      'GET /api/v1/namespaces/ns/configmaps/own',
    ])
  })

  test('are changed key by key, where nobody else wrote meanwhile', async () => {
    server.replies(object())
    expect(await client.writeData(secret, { 'tls.crt': 'ahoy', 'next.crt': null }, '7')).toBe(true)
    expect(server.received[0]).toMatchObject({ method: 'PATCH', path: '/api/v1/namespaces/ns/secrets/own' })
    expect(lastBody()).toEqual({
      metadata: { resourceVersion: '7' },
      data: { 'tls.crt': 'YWhveQ==', 'next.crt': null },
    })
    server.replies(status(409, 'the object has been modified'))
    expect(await client.writeData(map, { 'ca.crt': 'ahoy' }, '6')).toBe(false)
    expect(lastBody()).toMatchObject({ data: { 'ca.crt': 'ahoy' } })
  })

  test('that are not there, or not for us, are told as such', async () => {
    server.replies(status(404, 'secrets "own" not found'))
    await expect(client.readData(secret)).rejects.toEqual(fault('api_not_found', 'own'))
    server.replies(status(403, 'cannot patch resource "configmaps"'))
    await expect(client.writeData(map, {}, '7')).rejects.toEqual(fault('api_forbidden', 'configmaps'))
  })
})
