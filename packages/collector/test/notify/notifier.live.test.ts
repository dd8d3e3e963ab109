import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createFakeClock, type FakeClock, temporaryFolder } from '@portolan/testing'
import type { Webhook } from '../../src/index.ts'
import { KEY as PAGE_KEY, type RunningCollector, startCollector } from '../running-collector.ts'
import { TARGET } from '../story.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const KEY = 'a-key-of-the-receiver'
const path = temporaryFolder()
const started: RunningCollector[] = []

afterEach(async () => {
  for (const { collector } of started.splice(0)) await collector.stop()
})

const webhookAt = ({ url }: Receiver): Webhook => ({ form: 'json', read: () => ({ url, key: KEY }) })

async function start(receiver: Receiver, boot = 'first', clock?: FakeClock): Promise<RunningCollector> {
  const webhook = webhookAt(receiver)
  const running = await startCollector({ webhook, store: path('portolan.db') }, boot, clock)
  started.push(running)
  return running
}

/** Probes go on as they are for so long. */
async function goOn(
  { clock, take, story }: RunningCollector,
  symptom: 'ok' | 'silent',
  seconds: number,
): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await clock.pass(1000)
    take(story.probed(symptom))
  }
}

/** Probes go on as they are until something is so: what travels over a socket takes a time that no clock of a test knows. */
async function goOnUntil(running: RunningCollector, symptom: 'ok' | 'silent', isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await goOn(running, symptom, 1)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('an outage', () => {
  test('is reported when it has lasted for three seconds, signed, and once more when it is over', async () => {
    const receiver = await startReceiver()
    const running = await start(receiver)
    running.goDark()
    await goOnUntil(running, 'silent', () => receiver.all.length === 1)
    const { headers, body, events } = await receiver.until(1)
    expect(events).toMatchObject([
      { type: 'incident.opened', cluster: 'dev', target: TARGET, incident: { cause: 'etp_local' } },
    ])
    const code = createHmac('sha256', KEY)
      .update(`${String(headers['x-portolan-timestamp'])}.${body}`)
      .digest('hex')
    expect(headers['x-portolan-signature']).toBe(`sha256=${code}`)

    running.comeBack()
    await goOnUntil(running, 'ok', () => receiver.all.length === 2)
    expect((await receiver.until(2)).events).toMatchObject([{ type: 'incident.closed', incident: { state: 'closed' } }])
    await running.collector.stop() // waits for what is under way
    expect(receiver.all).toHaveLength(2)
  })

  test('that a note silences is not reported, nor its end', async () => {
    const receiver = await startReceiver()
    const running = await start(receiver)
    const to = new Date(running.clock.now() + 3_600_000).toISOString()
    const note = { text: 'at work', cluster: 'dev', targets: [TARGET], to }
    const { status } = await fetch(`${running.url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${PAGE_KEY}` },
      body: JSON.stringify(note),
    })
    expect(status).toBe(201)
    running.goDark()
    await goOn(running, 'silent', 10)
    running.comeBack()
    await goOn(running, 'ok', 61)
    expect(receiver.all).toEqual([])
  })

  test('is reported after a restart where the receiver was away before, once', async () => {
    const receiver = await startReceiver()
    receiver.answers = Array.from({ length: 100 }, () => ({ status: 503 }))
    const clock = createFakeClock()
    const first = await start(receiver, 'first', clock)
    first.goDark()
    await goOnUntil(first, 'silent', () => receiver.all.length >= 1)
    await started.pop()?.collector.stop()

    receiver.answers = []
    const tried = receiver.all.length
    const second = await start(receiver, 'second', clock)
    await goOnUntil(second, 'silent', () => receiver.all.length > tried)
    expect((await receiver.until(tried + 1)).events).toMatchObject([{ type: 'incident.opened', target: TARGET }])
    expect(receiver.all.at(-1)?.headers['x-portolan-delivery']).toBe(receiver.all[0]?.headers['x-portolan-delivery'])
    await goOn(second, 'silent', 61)
    expect(receiver.all).toHaveLength(tried + 1)
  })

  test('that the receiver does not take is named to people, without the path of the address', async () => {
    const receiver = await startReceiver()
    receiver.answers = [{ status: 404 }]
    const notices: string[] = []
    const running = await startCollector({ webhook: webhookAt(receiver), onNotice: (text) => void notices.push(text) })
    started.push(running)
    running.goDark()
    await goOnUntil(running, 'silent', () => notices.length > 0)
    expect(notices).toEqual(['The webhook did not accept a message: 127.0.0.1 answers 404. Portolan sends it again.'])
  })
})

test('a port that answers by luck is reported after a minute, once', async () => {
  const receiver = await startReceiver()
  const running = await start(receiver)
  running.take(...running.story.found())
  await goOnUntil(running, 'ok', () => receiver.all.length === 1)
  expect((await receiver.until(1)).events).toMatchObject([
    { type: 'risk.began', target: TARGET, incident: null, darkProbability: 0.5 },
  ])
  await goOn(running, 'ok', 90)
  expect(receiver.all).toHaveLength(1)
})

test('a message that the receiver refuses holds up no other one', async () => {
  const receiver = await startReceiver()
  receiver.answers = [{ status: 400 }]
  const running = await start(receiver)
  running.take(...running.story.found())
  await goOnUntil(running, 'ok', () => receiver.all.length === 1)
  running.goDark()
  await goOnUntil(running, 'silent', () => receiver.all.length === 3)
  expect(receiver.all.map(({ events }) => events.map(({ type }) => type))).toEqual([
    ['risk.began'],
    ['incident.opened'],
    ['risk.began'],
  ])
})
