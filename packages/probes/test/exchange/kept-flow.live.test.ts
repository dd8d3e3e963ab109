import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import { dialogueFor } from '../../src/protocols/dialogues.ts'
import { type KeptFlow, openKeptFlow } from '../../src/exchange/kept-flow.ts'
import { speech } from '../builders.ts'

const open: { close(): unknown }[] = []

afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const dialogue = dialogueFor('udp', speech({ transport: 'udp', hello: 'ping', expect: 'pong' }), '127.0.0.1', 1)

/** A service that answers as long as it is asked to, and a flow to it. */
async function pair(): Promise<{ server: Socket; flow: KeptFlow; answers: { on: boolean } }> {
  const server = createSocket('udp4')
  const answers = { on: true }
  server.on('message', (_, { port, address }) => {
    if (answers.on) server.send('pong', port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const flow = openKeptFlow('127.0.0.1', server.address().port)
  open.push(server, flow)
  return { server, flow, answers }
}

/** Asks until the flow stands so. */
async function until(flow: KeptFlow, wanted: 'ok' | 'silent'): Promise<number> {
  let asked = 0
  while (flow.next(dialogue) !== wanted) {
    asked += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  return asked
}

test('a kept flow is ok once it was answered, from one port of ours', async () => {
  const { server, flow } = await pair()
  const ports = new Set<number>()
  server.on('message', (_, { port }) => ports.add(port))
  expect(flow.next(dialogue)).toBeNull()
  await until(flow, 'ok')
  expect(ports.size).toBe(1)
})

test('it is silent after several datagrams without an answer, and ok again with one', async () => {
  const { flow, answers } = await pair()
  await until(flow, 'ok')
  answers.on = false
  expect(await until(flow, 'silent')).toBeGreaterThanOrEqual(2)
  answers.on = true
  await until(flow, 'ok')
})

test('one that nobody listens for tells nothing, and closing it twice does no harm', async () => {
  const { server, flow } = await pair()
  server.removeAllListeners('message')
  for (let n = 0; n < 6; n++) {
    expect(flow.next(dialogue)).toBeNull()
    await new Promise((resolve) => setImmediate(resolve))
  }
  flow.close()
  flow.close()
})
