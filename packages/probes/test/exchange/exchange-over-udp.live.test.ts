import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test } from '@jest/globals'
import { realClock } from '@portolan/testing'
import { exchangeOverUdp } from '../../src/exchange/exchange-over-udp.ts'
import type { Seen } from '../../src/exchange/exchange.ts'
import { dialogueFor } from '../../src/protocols/dialogues.ts'
import { speech } from '../builders.ts'

const open = new Set<Socket>()

afterEach(() => {
  for (const socket of open) socket.close()
  open.clear()
})

/** A service on a free loopback port that answers each datagram with what it makes of it; null: with nothing. */
async function serve(answer: (received: Buffer) => Buffer | null): Promise<number> {
  const socket = createSocket('udp4')
  open.add(socket)
  socket.on('message', (received, { port, address }) => {
    const said = answer(received)
    if (said !== null) socket.send(said, port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket.address().port
}

async function freePort(): Promise<number> {
  const port = await serve(() => null)
  for (const socket of open) await new Promise<void>((resolve) => socket.close(resolve))
  open.clear()
  return port
}

function seenOf(port: number, fields: Parameters<typeof speech>[0], timeoutMs = 2000): Promise<Seen> {
  const dialogue = dialogueFor('udp', speech({ transport: 'udp', ...fields }), '127.0.0.1', port)
  return new Promise((resolve) =>
    exchangeOverUdp({ address: '127.0.0.1', port, timeoutMs, dialogue }, realClock, resolve),
  )
}

describe('a datagram', () => {
  test('that is answered is ok, and the payload is the one that was asked for', async () => {
    const port = await serve((received) => (received.equals(Buffer.from('ping\0')) ? Buffer.from('pong') : null))
    expect(await seenOf(port, { hello: 'ping\\x00', expect: 'pong' })).toMatchObject({ symptom: 'ok' })
  })

  test('that is answered by something else is body_mismatch', async () => {
    const port = await serve(() => Buffer.from('go away'))
    const seen = await seenOf(port, { hello: 'ping', expect: 'pong' })
    expect(seen).toMatchObject({ symptom: 'body_mismatch', excerpt: 'go away', failedIn: 'transfer' })
  })

  test('that nobody answers is silent, and never a connect that timed out', async () => {
    const port = await serve(() => null)
    expect(await seenOf(port, { hello: 'ping' }, 50)).toMatchObject({ symptom: 'silent', failedIn: 'first_byte' })
  })

  test('that nobody listens for is refused, by ICMP', async () => {
    expect(await seenOf(await freePort(), { hello: 'ping' })).toMatchObject({ symptom: 'refused' })
  })

  test('that was called off tells nothing', async () => {
    const told: Seen[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const port = await serve(() => (resolve(), null))
    const dialogue = dialogueFor('udp', speech({ transport: 'udp', hello: 'ping' }), '127.0.0.1', port)
    const abort = exchangeOverUdp({ address: '127.0.0.1', port, timeoutMs: 60_000, dialogue }, realClock, (seen) =>
      told.push(seen),
    )
    await promise
    abort()
    expect(told).toEqual([])
  })
})
