import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Outcome } from '@portolan/core'
import { createRecordedLog, realClock } from '@portolan/testing'
import { createEchoProber } from '../../src/echo/echo-prober.ts'
import { createEchoServer } from '../../src/index.ts'
import type { PlanProber } from '../../src/exchange/plan-prober.ts'
import { createProbeScheduler } from '../../src/schedule/probe-scheduler.ts'
import { plan, speech } from '../builders.ts'

const open = new Set<() => unknown>()

afterEach(async () => {
  await Promise.all([...open].map((close) => close()))
  open.clear()
})

type Reply = (datagram: Buffer) => void

/** A peer on a free loopback port that does with each datagram what it likes. */
async function peer(take: (datagram: Buffer, reply: Reply, from: RemoteInfo) => void): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (datagram, from) => take(datagram, (back) => socket.send(back, from.port, from.address), from))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  open.add(() => socket.close())
  return socket.address().port
}

function proberOf(port: number): PlanProber {
  const prober = createEchoProber(plan('peer:b', { port }), realClock)
  open.add(prober.close)
  return prober
}

async function seenBy(prober: PlanProber, timeoutMs: number) {
  const { promise, resolve } = Promise.withResolvers<Parameters<Parameters<PlanProber['probe']>[1]>[0]>()
  prober.probe({ timeoutMs, burst: false }, resolve)
  return (await promise).seen
}

const seenOf = (port: number, timeoutMs = 30_000) => seenBy(proberOf(port), timeoutMs)
const FINE = { sent: 4, lost: 0, duplicated: 0, reordered: 0, keptSent: 4, keptLost: 0 }
const numberOf = (datagram: Buffer) => datagram.at(-1)

/** Long enough for what is sent within it on loopback. */
const SHORT_MS = 1000

describe('an echo probe', () => {
  test('of a peer that answers is ok, timed to the first answer', async () => {
    const seen = await seenOf(await peer((datagram, reply) => reply(datagram)))
    expect(seen).toMatchObject({ symptom: 'ok', echo: FINE, phases: { first_byte: expect.any(Number) } })
    expect(seen).not.toHaveProperty('detail')
  })

  test('of a peer that says nothing is silent', async () => {
    const seen = await seenOf(await peer(() => {}), SHORT_MS)
    expect(seen).toMatchObject({
      symptom: 'silent',
      failedIn: 'first_byte',
      echo: { ...FINE, lost: 4, keptLost: 4 },
      detail: '4 of 4 datagrams were lost, and 4 of 4 of the flow that is kept',
    })
  })

  test('where nobody listens is refused, by ICMP', async () => {
    const port = await peer(() => {})
    for (const close of open) close()
    open.clear()
    expect(await seenOf(port)).toMatchObject({ symptom: 'refused', failedIn: 'first_byte' })
  })

  test('of an address without a way to it is told as what the socket says', async () => {
    const prober = createEchoProber(plan('peer:b', { address: '255.255.255.255' }), realClock)
    open.add(prober.close)
    expect(await seenBy(prober, 30_000)).toMatchObject({ symptom: 'local_error', detail: expect.any(String) })
  })

  test('counts what is lost, and is ok as long as one comes back', async () => {
    const port = await peer((datagram, reply) => {
      if (numberOf(datagram) === 2) reply(datagram)
    })
    expect(await seenOf(port, SHORT_MS)).toMatchObject({
      symptom: 'ok',
      echo: { ...FINE, lost: 3, keptLost: 3 },
      detail: '3 of 4 datagrams were lost, and 3 of 4 of the flow that is kept',
    })
  })

  test('counts what comes twice', async () => {
    const port = await peer((datagram, reply) => {
      reply(datagram)
      if (numberOf(datagram) === 1) reply(datagram)
    })
    expect(await seenOf(port)).toMatchObject({ symptom: 'ok', echo: { ...FINE, duplicated: 1 } })
  })

  test('counts what comes after a later one', async () => {
    const held = new Map<number, Buffer>()
    const port = await peer((datagram, reply, from) => {
      if (numberOf(datagram) === 1) held.set(from.port, datagram)
      else reply(datagram)
      const late = held.get(from.port)
      if (numberOf(datagram) === 2 && late !== undefined) reply(late)
    })
    expect(await seenOf(port)).toMatchObject({ symptom: 'ok', echo: { ...FINE, reordered: 1 } })
  })

  test('does not count what others send', async () => {
    const port = await peer((datagram, reply) => {
      reply(Buffer.alloc(datagram.length))
      reply(Buffer.alloc(0))
    })
    expect(await seenOf(port, SHORT_MS)).toMatchObject({ symptom: 'silent', echo: { lost: 4, duplicated: 0 } })
  })

  test('keeps one flow from probe to probe, and says when that one alone fails', async () => {
    const flows = new Map<number, number>()
    let isOldBroken = false
    const port = await peer((datagram, reply, from) => {
      flows.set(from.port, (flows.get(from.port) ?? 0) + 1)
      if (!isOldBroken || (flows.get(from.port) ?? 0) <= 4) reply(datagram)
    })
    const prober = proberOf(port)
    await seenBy(prober, 30_000)
    expect([...flows.values()]).toEqual([4, 4])
    isOldBroken = true
    expect(await seenBy(prober, SHORT_MS)).toMatchObject({
      symptom: 'ok',
      echo: { ...FINE, keptLost: 4 },
      detail: 'only the flow that is kept from probe to probe gets no answer',
    })
    expect([...flows.values()].sort((a, b) => a - b)).toEqual([4, 4, 8])
  })

  test('that was called off tells nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const port = await peer((_, reply) => (resolve(), reply(Buffer.alloc(0))))
    const told: unknown[] = []
    const abort = proberOf(port).probe({ timeoutMs: 30_000, burst: false }, (findings) => told.push(findings))
    await promise
    abort()
    expect(told).toEqual([])
  })

  test('is what the scheduler does where a plan says so', async () => {
    const port = await peer((datagram, reply) => reply(datagram))
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const scheduler = createProbeScheduler({ clock: realClock, onOutcome: resolve, onProtocol: () => {} })
    open.add(scheduler.stop)
    scheduler.assign([plan('peer:b', { port, intervalMs: 50, speech: speech({ protocol: 'echo', transport: 'udp' }) })])
    expect(await promise).toMatchObject({ target: 'peer:b', protocol: 'echo', symptom: 'ok', echo: FINE })
  })
})

describe('the echo server', () => {
  async function serve(allowed: string[]) {
    const log = createRecordedLog()
    const server = createEchoServer({ address: '127.0.0.1', port: 0, clock: realClock, log })
    const port = await server.start()
    open.add(server.stop)
    server.allow(allowed)
    return { server, port, log }
  }

  /** Sends these, then one that is answered for sure: so what was not answered before is not answered at all. */
  async function answersTo(port: number, ...datagrams: Buffer[]): Promise<number[]> {
    const client = createSocket('udp4')
    open.add(() => client.close())
    const lengths: number[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    client.on('message', (datagram) => (datagram.toString() === 'last' ? resolve() : lengths.push(datagram.length)))
    for (const datagram of [...datagrams, Buffer.from('last')]) client.send(datagram, port, '127.0.0.1')
    await promise
    return lengths
  }

  test('answers a peer: its prober sees nothing amiss', async () => {
    const { port, server } = await serve(['127.0.0.1'])
    expect(await seenOf(port)).toMatchObject({ symptom: 'ok', echo: FINE })
    expect(server.refused).toBe(0)
  })

  test('does not answer who is no peer, counts it, and says so once', async () => {
    const { port, server, log } = await serve(['192.0.2.1'])
    expect(await seenOf(port, SHORT_MS)).toMatchObject({ symptom: 'silent' })
    expect(server.refused).toBe(8)
    expect(log.messages).toEqual(['an echo was refused'])
  })

  test('sends nothing back that is longer than it should be', async () => {
    const { port, server } = await serve(['127.0.0.1'])
    expect(await answersTo(port, Buffer.alloc(64), Buffer.alloc(65), Buffer.alloc(1400))).toEqual([64])
    expect(server.refused).toBe(2)
  })

  test('does not answer another echo, with which it would go on for ever', async () => {
    const { port, server } = await serve(['127.0.0.1', '127.0.0.2'])
    const other: Socket = createSocket('udp4')
    open.add(() => other.close())
    await new Promise<void>((resolve) => other.bind(port, '127.0.0.2', resolve))
    await new Promise<void>((resolve) => other.send('echo', port, '127.0.0.1', () => resolve()))
    await answersTo(port)
    expect(server.refused).toBe(1)
  })

  test('says when its port is taken', async () => {
    const { port } = await serve([])
    const second = createEchoServer({ address: '127.0.0.1', port, clock: realClock, log: createRecordedLog() })
    await expect(second.start()).rejects.toMatchObject({ code: 'port_in_use' })
    await second.stop()
  })
})
