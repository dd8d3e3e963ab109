import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTlsServer } from 'node:tls'
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import type { Outcome, ProbePlan, Protocol } from '@portolan/core'
import { realClock } from '@portolan/testing'
import { exchange, type Seen } from '../../src/exchange/exchange.ts'
import { createDiscovery } from '../../src/schedule/discovery.ts'
import { createRequestPicker } from '../../src/schedule/request-picker.ts'
import { plan, speech } from '../builders.ts'
import { cert, key } from '../certificate.ts'
import { freePort, listen, serve } from '../listen.ts'

function discovering() {
  const learned: [string, Protocol][] = []
  const discovery = createDiscovery({ onProtocol: (identity, protocol) => learned.push([identity, protocol]) })
  return { discovery, learned }
}

type Told = Pick<Outcome, 'symptom' | 'protocol'>

/** Probes so often with one plan, one after the other. */
async function probes(one: ProbePlan, count: number, discovery = discovering().discovery): Promise<Told[]> {
  const picker = createRequestPicker(one, discovery)
  const told: Told[] = []
  for (let i = 0; i < count; i += 1) {
    const { dialogue, take } = picker.next(false)
    const raw = await new Promise<Seen>((resolve) => exchange({ ...one, dialogue }, realClock, resolve))
    const taken = take(raw)
    if (taken !== null) told.push({ symptom: taken.seen.symptom, protocol: taken.protocol })
  }
  return told
}

const auto = (port: number, timeoutMs = 10_000) => plan('host:30080', { port, timeoutMs, speech: speech() })

/** Speaks only to those who begin as it wants. */
const answersTo = (start: Buffer | string, answer: string) =>
  serve((socket: Socket) =>
    socket.once('data', (said: Buffer) => {
      if (said.subarray(0, start.length).equals(Buffer.from(start))) socket.write(answer)
      else socket.end()
    }),
  )

const ok = (protocol: Protocol): Told => ({ symptom: 'ok', protocol })
const closed: Told = { symptom: 'closed', protocol: 'auto' }
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

describe('a port that speaks', () => {
  const cases: [string, () => Promise<number>, Told[]][] = [
    ['HTTP', () => listen(createHttpServer((_, response) => response.end())), [ok('http'), ok('http')]],
    [
      'HTTP, from the second probe on',
      () => {
        let probed = 0
        const server = createHttpServer((_, response) => response.end())
        server.on('connection', (socket) => (probed++ === 0 ? socket.destroy() : undefined))
        return listen(server)
      },
      [closed, ok('http'), ok('http')],
    ],
    [
      'HTTPS',
      () => listen(createHttpsServer({ key, cert }, (_, r) => r.end()).on('clientError', () => {})),
      [closed, ok('https'), ok('https')],
    ],
    [
      'HTTPS and says so to HTTP',
      () =>
        listen(
          createHttpsServer({ key, cert }, (_, response) => response.end()).on('tlsClientError', (_, socket) =>
            // The plain socket below, as a server that tells its client what is wrong does.
            (socket as unknown as { _parent: Socket })._parent.end(
              'HTTP/1.1 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
            ),
          ),
        ),
      [ok('auto'), ok('https'), ok('https')],
    ],
    [
      'TLS without HTTP',
      () => listen(createTlsServer({ key, cert }, (socket) => socket.end('220 hi\r\n')).on('tlsClientError', () => {})),
      [closed, ok('tls'), ok('tls')],
    ],
    ['PostgreSQL', () => answersTo(sslRequest, 'S'), [closed, closed, ok('postgres'), ok('postgres')]],
    ['Redis', () => answersTo('PING', '+PONG\r\n'), [closed, closed, closed, ok('redis'), ok('redis')]],
    [
      'Redis that answers to any line',
      () => serve((s) => s.once('data', () => s.end('-ERR wrong\r\n'))),
      [ok('redis')],
    ],
    ['MySQL', () => serve((s) => s.write('\x0f\0\0\0\x0a8.4.6\0........')), [ok('mysql'), ok('mysql')]],
    ['SSH', () => serve((s) => s.write('SSH-2.0-OpenSSH_9\r\n')), [ok('tcp'), ok('tcp')]],
    ['a language of its own, when spoken to', () => answersTo('GET ', 'what?\n'), [ok('tcp'), ok('tcp'), ok('tcp')]],
    [
      'only to those who know how',
      () => serve((s) => s.once('data', () => s.end())),
      [closed, closed, closed, closed, closed],
    ],
  ]
  test.each(cases)('%s', async (_, server, expected) => {
    expect(await probes(auto(await server()), expected.length)).toEqual(expected)
  })

  test('nothing at all moves on through the ideas, and is never called anything but auto', async () => {
    const said: string[] = []
    const port = await serve((socket) => socket.once('data', (bytes) => said.push(bytes.toString('latin1', 0, 4))))
    expect(await probes(auto(port, 150), 5)).toEqual(
      Array.from({ length: 5 }, () => ({ symptom: 'silent', protocol: 'auto' })),
    )
    expect(said).toEqual(
      ['GET ', '\x16\x03\x01\x00', '\0\0\0\x08', 'PING', 'GET '].map((s) => expect.stringContaining(s.slice(0, 2))),
    )
  })

  test('nothing, for nobody listens, stays with the first idea', async () => {
    const { discovery } = discovering()
    const picker = createRequestPicker(auto(await freePort()), discovery)
    const first = picker.next(false)
    first.take({ symptom: 'refused', startedAt: 0, durationMs: 1, phases: {}, failedIn: 'connect' })
    expect(picker.next(false).dialogue.opening).toEqual(first.dialogue.opening)
  })
})

describe('what was found out', () => {
  test('is told once, and spoken by every plan of the same identity', async () => {
    const { discovery, learned } = discovering()
    const port = await answersTo(sslRequest, 'N')
    await probes(auto(port), 4, discovery)
    const other = { ...auto(port), vantage: 'host/lan' as const }
    expect(await probes(other, 1, discovery)).toEqual([ok('postgres')])
    expect(learned).toEqual([['service/1', 'postgres']])
  })

  test('says nothing about another identity', async () => {
    const { discovery } = discovering()
    const port = await answersTo(sslRequest, 'N')
    await probes(auto(port), 3, discovery)
    const other = { ...auto(port), speech: speech({ identity: 'service/2' }) }
    expect(await probes(other, 1, discovery)).toEqual([closed])
  })

  test('makes silence in another protocol say nothing, and a refusal still what it says', () => {
    const { discovery } = discovering()
    const picker = createRequestPicker(auto(1), discovery)
    const [first, second] = [picker.next(false), picker.next(false)]
    discovery.learn('service/1', { protocol: 'redis', why: '' })
    const seen = { startedAt: 0, durationMs: 1, phases: {} }
    expect(first.take({ ...seen, symptom: 'silent' })).toBeNull()
    expect(second.take({ ...seen, symptom: 'refused' })?.seen.symptom).toBe('refused')
  })

  test('is forgotten with its identity', async () => {
    const { discovery } = discovering()
    discovery.learn('service/1', { protocol: 'redis', why: '' })
    discovery.keep(new Set(['service/2']))
    expect(discovery.known('service/1')).toBeUndefined()
  })
})

test('the next idea does not wait for one that is slow to fail', () => {
  const picker = createRequestPicker(auto(1), discovering().discovery)
  const openings = Array.from({ length: 4 }, () => picker.next(false).dialogue.opening?.toString('latin1', 0, 4))
  expect(openings).toEqual(['GET ', 'GET ', '\0\0\0\x08', 'PING'])
})

describe('a port at which TLS is tried first', () => {
  /** As Traefik: whoever comes without TLS is answered in plain HTTP. */
  async function bilingual(): Promise<number> {
    const plain = await listen(createHttpServer((_, response) => response.writeHead(404).end()))
    const secure = await listen(createHttpsServer({ cert, key }, (_, response) => response.end()))
    return serve((socket: Socket) => {
      socket.once('data', (said: Buffer) => {
        const behind = connect(said[0] === 0x16 ? secure : plain, '127.0.0.1')
        for (const one of [socket, behind]) one.on('error', () => one.destroy())
        behind.write(said)
        behind.pipe(socket).pipe(behind)
      })
    })
  }
  const first = { speech: speech({ first: 'https' }) }

  test('and that speaks plain HTTP as well is HTTPS, by a burst too', async () => {
    const port = await bilingual()
    const one = plan('host:443', { port, timeoutMs: 10_000, ...first })
    expect(await probes(one, 2)).toEqual([ok('https'), ok('https')])
    const { discovery, learned } = discovering()
    const { dialogue, take } = createRequestPicker(one, discovery).next(true)
    take(await new Promise<Seen>((resolve) => exchange({ ...one, dialogue }, realClock, resolve)))
    expect(learned).toEqual([[one.speech.identity, 'https']])
  })

  test('and that speaks plain HTTP alone is HTTP', async () => {
    const port = await listen(createHttpServer((_, response) => response.end()))
    const told = await probes(plan('host:443', { port, timeoutMs: 10_000, ...first }), 3)
    expect(told.at(-1)).toEqual(ok('http'))
  })
})

test('a burst on an undiscovered port speaks HTTP, whatever idea is next', () => {
  const { discovery } = discovering()
  const picker = createRequestPicker(auto(1), discovery)
  picker.next(false).take({ symptom: 'silent', startedAt: 0, durationMs: 1, phases: {}, failedIn: 'first_byte' })
  expect(picker.next(true).dialogue.opening?.toString()).toMatch(/^GET /)
})

test.each([
  ['postgres', { protocol: 'postgres' as const }, 'postgres'],
  ['tcp with its hello', { hello: 'HELP\\r\\n' }, 'tcp'],
])('a plan that states %s is not tried with anything else', (_, fields, expected) => {
  const { discovery } = discovering()
  const picker = createRequestPicker(plan('host:30080', { speech: speech(fields) }), discovery)
  const seen: Seen = { symptom: 'closed', startedAt: 0, durationMs: 1, phases: {} }
  expect(picker.next(false).take(seen)?.protocol).toBe(expected)
  expect(picker.next(false).dialogue).toBe(picker.next(true).dialogue)
})
