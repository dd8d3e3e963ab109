import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import type { Speech } from '@portolan/core'
import { realClock } from '@portolan/testing'
import { exchange, type Seen } from '../../src/exchange/exchange.ts'
import { dialogueFor, type Spoken } from '../../src/protocols/dialogues.ts'
import { speech } from '../builders.ts'
import { cert, key } from '../certificate.ts'
import { fullQueue } from '../full-queue.ts'
import { freePort, listen, serve } from '../listen.ts'

/** Long enough for every answer that comes, on a busy machine too; only what never comes needs a short one. */
const PATIENT = 10_000
const BRIEF = 150

function probe(protocol: Spoken, port: number, fields: Partial<Speech> = {}, timeoutMs = PATIENT): Promise<Seen> {
  const dialogue = dialogueFor(protocol, speech(fields), '127.0.0.1', port)
  return new Promise((resolve) => exchange({ address: '127.0.0.1', port, timeoutMs, dialogue }, realClock, resolve))
}

/** Of the outcome; with matchers of Jest. */
type Expected = { [K in keyof Seen]?: unknown }

const answering = (text: string) => serve((socket) => socket.once('data', () => socket.write(text)))
const ending = (text: string) => serve((socket) => socket.once('data', () => socket.end(text)))

describe('a probe in HTTP', () => {
  test('goes nowhere else, wherever the answer points to', async () => {
    let visits = 0
    const elsewhere = await serve(() => void (visits += 1))
    const location = `Location: http://127.0.0.1:${elsewhere}/\r\nContent-Length: 0`
    const port = await ending(`HTTP/1.1 302 Found\r\n${location}\r\n\r\n`)
    expect(await probe('http', port)).toMatchObject({ symptom: 'ok', status: 302 })
    expect(visits).toBe(0)
  })

  const ok = () => listen(createHttpServer((_, response) => response.end('welcome')))
  const cases: [string, () => Promise<number>, Partial<Speech>, number, Expected][] = [
    ['answers', ok, {}, PATIENT, { symptom: 'ok', status: 200 }],
    ['answers with the expected text', ok, { expect: 'come' }, PATIENT, { symptom: 'ok' }],
    ['answers with another text', ok, { expect: 'shop' }, PATIENT, { symptom: 'body_mismatch', excerpt: 'welcome' }],
    ['fails', () => ending('HTTP/1.1 502 Bad\r\n\r\n'), {}, PATIENT, { symptom: 'http_status', failedIn: 'transfer' }],
    ['is not there', freePort, {}, PATIENT, { symptom: 'refused', failedIn: 'connect' }],
    ['closes', () => serve((socket) => socket.end()), {}, PATIENT, { symptom: 'closed', failedIn: 'first_byte' }],
    ['resets', () => serve((s) => s.once('data', () => s.resetAndDestroy())), {}, PATIENT, { symptom: 'reset' }],
    ['stays silent', () => serve(() => {}), {}, BRIEF, { symptom: 'silent', failedIn: 'first_byte' }],
    [
      'closes in its head',
      () => ending('HTTP/1.1 200 OK\r\n'),
      {},
      PATIENT,
      { symptom: 'truncated', failedIn: 'transfer' },
    ],
    ['stalls in its head', () => answering('HTTP/1.1 200 OK\r\n'), {}, BRIEF, { symptom: 'truncated' }],
    [
      'closes in the body that is read',
      () => ending('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort'),
      { expect: 'x' },
      PATIENT,
      { symptom: 'truncated' },
    ],
    [
      'never ends its head',
      () => answering(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(9000)}`),
      {},
      PATIENT,
      { symptom: 'ok' },
    ],
    [
      'speaks TLS',
      () => listen(createTlsServer({ key, cert }).on('tlsClientError', () => {})),
      {},
      PATIENT,
      { symptom: 'closed' },
    ],
  ]
  test.each(cases)('of a server that %s', async (_, server, fields, timeoutMs, expected) => {
    expect(await probe('http', await server(), fields, timeoutMs)).toMatchObject(expected)
  })

  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux('of a listener whose queue is full times out while it connects', async () => {
    const { port, release } = await fullQueue()
    const seen = await probe('http', port, {}, BRIEF)
    await release()
    expect(seen).toMatchObject({ symptom: 'connect_timeout', failedIn: 'connect' })
    expect(seen.phases.connect).toBeGreaterThanOrEqual(BRIEF - 1)
  })

  test('times each phase', async () => {
    const seen = await probe('http', await ok())
    expect(Object.keys(seen.phases)).toEqual(['connect', 'write', 'first_byte', 'transfer'])
    const sum = Object.values(seen.phases).reduce((a, b) => a + b, 0)
    expect(Math.abs(sum - seen.durationMs)).toBeLessThan(0.01)
  })

  test('reads an answer that comes byte by byte', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome'
    const port = await serve((socket) => {
      socket.setNoDelay()
      const next = (at: number) => {
        if (at < answer.length) socket.write(answer[at]!, () => setImmediate(next, at + 1))
      }
      socket.once('data', () => next(0))
    })
    expect(await probe('http', port, { expect: 'welcome' })).toMatchObject({ symptom: 'ok', status: 200 })
  })

  test('leaves a long answer without resetting the connection', async () => {
    const server = createServer({ allowHalfOpen: true })
    const end = new Promise<Error | null>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('error', resolve)
        socket.on('close', () => resolve(null))
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe'))
        socket.on('end', () => socket.write('re', () => setImmediate(() => socket.write('st', () => socket.end('!!')))))
      })
    })
    expect(await probe('http', await listen(server))).toMatchObject({ symptom: 'ok' })
    expect(await end).toBeNull()
  })

  test('tells nothing after it was aborted', async () => {
    const arrived: Socket[] = []
    const port = await serve((socket) => arrived.push(socket))
    let told = false
    const dialogue = dialogueFor('http', speech(), '127.0.0.1', port)
    const abort = exchange({ address: '127.0.0.1', port, timeoutMs: PATIENT, dialogue }, realClock, () => {
      told = true
    })
    while (arrived.length === 0) await new Promise(setImmediate)
    abort()
    await new Promise((resolve) => arrived[0]!.on('close', resolve).resume())
    expect(told).toBe(false)
  })

  test('that was held up itself does not call the port silent', async () => {
    const connected = Promise.withResolvers<void>()
    const port = await serve((socket) => socket.once('data', () => connected.resolve()))
    const waiting = probe('http', port, {}, 500)
    await connected.promise
    const starting = probe('http', port, {}, BRIEF)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    expect(await starting).toMatchObject({
      symptom: 'local_error',
      detail: expect.stringMatching(/held up for \d+ ms/),
    })
    expect(await waiting).toMatchObject({ symptom: 'silent' })
  })
})

describe('a probe in TLS', () => {
  const https = () => listen(createHttpsServer({ key, cert }, (_, response) => response.end('welcome')))
  const certificate = expect.stringMatching(/^TLSv1\.3, certificate of CN=shop\.example, expires 2126-/)
  const cases: [string, Spoken, () => Promise<number>, Partial<Speech>, number, Expected][] = [
    [
      'answers in HTTP',
      'https',
      https,
      { expect: 'welcome' },
      PATIENT,
      { symptom: 'ok', status: 200, detail: certificate },
    ],
    [
      'fails in HTTP',
      'https',
      () => listen(createHttpsServer({ key, cert }, (_, response) => response.writeHead(503).end())),
      {},
      PATIENT,
      { symptom: 'http_status', detail: expect.stringMatching(/^HTTP 503 Service Unavailable; TLSv1\.3, certificate/) },
    ],
    ['finishes the handshake', 'tls', https, {}, PATIENT, { symptom: 'ok', detail: certificate }],
    [
      'answers to a hello',
      'tls',
      () => listen(createTlsServer({ key, cert }, (socket) => socket.once('data', () => socket.end('hi there')))),
      { hello: 'hi\\n', expect: 'there' },
      PATIENT,
      { symptom: 'ok', detail: certificate },
    ],
    [
      'says nothing behind the handshake',
      'https',
      () => listen(createTlsServer({ key, cert }, () => {})),
      {},
      2000,
      { symptom: 'silent', failedIn: 'first_byte', detail: certificate },
    ],
    [
      'speaks plain HTTP',
      'https',
      () => listen(createHttpServer()),
      {},
      PATIENT,
      { symptom: 'tls_error', failedIn: 'tls', detail: 'the port speaks HTTP without TLS' },
    ],
    ['speaks something else', 'tls', () => answering('what?'), {}, PATIENT, { symptom: 'tls_error', excerpt: 'what?' }],
    [
      'refuses the handshake',
      'tls',
      () => ending('\x15\x03\x03\0\x02\x02\x28'),
      {},
      PATIENT,
      { symptom: 'tls_error', failedIn: 'tls', detail: expect.stringMatching(/handshake failure/i) },
    ],
    ['closes', 'tls', () => serve((socket) => socket.end()), {}, PATIENT, { symptom: 'closed', failedIn: 'tls' }],
    ['resets', 'tls', () => serve((s) => s.once('data', () => s.resetAndDestroy())), {}, PATIENT, { symptom: 'reset' }],
    ['stays silent', 'tls', () => serve(() => {}), {}, BRIEF, { symptom: 'silent', failedIn: 'tls' }],
    [
      'stalls in the handshake',
      'tls',
      () => serve((s) => s.once('data', () => s.write(Buffer.from('160303', 'hex')))),
      {},
      BRIEF,
      { symptom: 'tls_error', failedIn: 'tls' },
    ],
    ['is not there', 'https', freePort, {}, PATIENT, { symptom: 'refused', failedIn: 'connect' }],
  ]
  test.each(cases)('of a server that %s (%s)', async (_, protocol, server, fields, timeoutMs, expected) => {
    expect(await probe(protocol, await server(), fields, timeoutMs)).toMatchObject(expected)
  })
})

test('a probe in TLS leaves without an error at the server', async () => {
  const errors: Error[] = []
  const server = createTlsServer({ key, cert }).on('tlsClientError', (error) => errors.push(error))
  const left = new Promise<void>((resolve) => {
    server.on('secureConnection', (socket) => {
      socket.on('error', (error) => errors.push(error))
      socket.on('close', () => resolve()).resume()
    })
  })
  await probe('tls', await listen(server))
  await left
  expect(errors).toEqual([])
})

test.each<[Spoken, () => Promise<number>, string]>([
  ['tcp', () => serve((socket) => socket.write('SSH-2.0-OpenSSH_9\r\n')), 'speaks first'],
  ['postgres', () => answering('N'), 'answers an SSLRequest'],
  ['mysql', () => serve((socket) => socket.write('\x0f\0\0\0\x0a8.4.6\0........')), 'greets'],
  ['redis', () => answering('-NOAUTH Authentication required.\r\n'), 'asks for a password'],
])('a probe in %s of a server that %3$s is ok', async (protocol, server) => {
  expect(await probe(protocol, await server())).toMatchObject({ symptom: 'ok' })
})

test('a probe in MySQL tries a login before it leaves, so that the server never blocks its host', async () => {
  const said = new Promise<Buffer>((resolve, reject) => {
    serve((socket) => {
      socket.write('\x0f\0\0\0\x0a8.4.6\0........')
      const chunks: Buffer[] = []
      socket.on('data', (bytes: Buffer) => chunks.push(bytes))
      socket.on('end', () => resolve(Buffer.concat(chunks)))
    })
      .then((port) => probe('mysql', port))
      .catch(reject)
  })
  const bytes = await said
  expect(bytes.readUIntLE(0, 3)).toBe(bytes.length - 4 - 4)
  expect(bytes[3]).toBe(1)
  expect(bytes.includes('portolan\0\0mysql_native_password\0')).toBe(true)
})
