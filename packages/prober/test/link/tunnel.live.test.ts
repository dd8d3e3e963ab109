import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { PortolanError } from '@portolan/core'
import { createTunnel } from '../../src/link/tunnel.ts'

let asked: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string }[]
let server: Server
let dialled: number
let dial: () => Promise<Duplex>
let valid: string
let current: number
let mayChange: boolean
let refusal: number
let carry: ReturnType<typeof createTunnel>

beforeEach(async () => {
  asked = []
  dialled = 0
  valid = 'token-1'
  current = 1
  mayChange = true
  refusal = 401
  server = createServer((sent, response) => {
    const { method, url, headers } = sent
    text(sent).then((body) => {
      asked.push({ method, url, headers, body })
      response.writeHead(headers['portolan-token'] === valid ? 200 : refusal, { 'portolan-clock': '1' })
      response.end('ahoy')
    }, response.destroy.bind(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  dial = async () => connect((server.address() as AddressInfo).port, '127.0.0.1')
  carry = createTunnel({
    connect() {
      dialled += 1
      return dial()
    },
    token: { current: async () => `token-${current}`, refused: () => void (current += mayChange ? 1 : 0) },
  })
})
afterEach(() => {
  carry.close()
  server.closeAllConnections()
  server.close()
})

const request = {
  method: 'POST' as const,
  path: '/api/v1/ingest?a=1',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  signal: new AbortController().signal,
}

test('a request goes to the collector with the token in a header of its own', async () => {
  expect(await carry(request)).toMatchObject({ status: 200, headers: { 'portolan-clock': '1' }, body: 'ahoy' })
  const headers = { 'content-type': 'application/json', 'portolan-token': 'token-1' }
  expect(asked).toEqual([{ method: 'POST', url: request.path, headers: expect.objectContaining(headers), body: '{}' }])
})

test('one connection serves one request after the other', async () => {
  for (let times = 0; times < 5; times += 1) await carry(request)
  expect(dialled).toBe(1)
})

test('without TLS each request has a connection of its own, which is no socket', async () => {
  const inner = dial
  dial = async () => {
    const socket = await inner()
    const stream = new Duplex({ read() {}, write: (bytes: Buffer, _, done) => void socket.write(bytes, done) })
    socket.on('data', (bytes) => stream.push(bytes))
    return stream
  }
  for (let times = 0; times < 3; times += 1) expect(await carry(request)).toMatchObject({ status: 200 })
  expect(dialled).toBe(3)
})

test('where nothing leads there the request fails with the reason', async () => {
  dial = async () => {
    throw new PortolanError('service_untrusted', 'another one answers', '')
  }
  await expect(carry(request)).rejects.toMatchObject({ code: 'service_untrusted' })
  expect(asked).toEqual([])
})

test('a request that is given up leaves the next one alone', async () => {
  const late = Promise.withResolvers<Duplex>()
  const first = dial
  dial = () => late.promise
  const enough = new AbortController()
  const given = carry({ ...request, signal: enough.signal })
  enough.abort()
  await expect(given).rejects.toMatchObject({ name: 'AbortError' })
  late.resolve(await first())
  dial = first
  expect((await carry(request)).status).toBe(200)
})

test.each([[401], [403]])('a token that is refused with %i is replaced, once', async (status) => {
  refusal = status
  valid = 'token-2'
  expect((await carry(request)).status).toBe(200)
  valid = 'none'
  expect((await carry(request)).status).toBe(status)
  expect(asked).toHaveLength(4)
})

test('what is refused for another reason is not asked again', async () => {
  mayChange = false
  valid = 'none'
  expect((await carry(request)).status).toBe(401)
  expect(asked).toHaveLength(1)
})
