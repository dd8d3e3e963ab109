import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { changeLine } from '@portolan/wire'
import { type RunningCollector, startCollector } from '../running-collector.ts'

let one: RunningCollector
beforeEach(async () => {
  one = await startCollector()
})
afterEach(() => one.collector.stop())

interface Message {
  id: number
  event: string
  data: unknown
}

/** Reads messages off the stream, one at a time. */
async function listen(lastId?: number) {
  const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': String(lastId) }
  const response = await fetch(`${one.url}/api/v1/stream`, { headers })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    response,
    async next(): Promise<Message> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]))
          return {
            id: Number(fields.get('id')),
            event: fields.get('event') ?? '',
            data: JSON.parse(fields.get('data') ?? ''),
          }
        }
        const { value, done } = (await reader?.read()) ?? { value: '', done: true }
        if (done) throw new Error('the stream ended')
        text += value
      }
    },
    close: () => reader?.cancel(),
  }
}

async function gap(reason: string): Promise<void> {
  const to = one.clock.now()
  one.take(one.story.fact('prober', { kind: 'gap', scope: 'prober', from: to - 10, to, reason }))
  // What is stored is told.
  return one.collector.flush()
}

describe('the stream', () => {
  test('tells what happens from now on', async () => {
    await gap('before')
    await one.collector.flush()
    const stream = await listen()
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    await gap('now')
    const message = await stream.next()
    expect(message).toMatchObject({ event: 'gap', data: { reason: 'now' } })
    expect(changeLine.parse(message.data)).toEqual(message.data)
    await stream.close()
  })

  test('goes on after the last message that was heard, without a gap and without telling twice', async () => {
    const first = await listen()
    await gap('1')
    const heard = await first.next()
    await first.close()
    await gap('2')
    await gap('3')
    await one.collector.flush()
    const second = await listen(heard.id)
    await gap('4')
    const reasons = [await second.next(), await second.next(), await second.next()].map(
      ({ data }) => (data as { reason: string }).reason,
    )
    expect(reasons).toEqual(['2', '3', '4'])
    await second.close()
  })

  test('an id that was never given is refused', async () => {
    const { status, body } = await one.get('/api/v1/stream', { 'last-event-id': 'abc' })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ key: 'Last-Event-ID', message: 'expected an id of this stream' }])
  })

  test('ends when the collector stops', async () => {
    const stream = await listen()
    await one.collector.stop()
    await expect(stream.next()).rejects.toThrow()
  })
})
