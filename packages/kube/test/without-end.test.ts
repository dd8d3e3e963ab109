import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import type { Connection } from '../src/connection.ts'
import { follow } from '../src/follow.ts'
import { list } from '../src/list.ts'
import { WATCHED, type WatchedResource } from '../src/resources.ts'

const PODS = WATCHED.find(({ name }) => name === 'pods') as WatchedResource
const signal = new AbortController().signal

/** An API server each of whose answers is what `body` makes. @returns also how many bytes were taken from it */
function answering(body: () => Iterable<string>) {
  const taken = { bytes: 0, answers: 0 }
  function* counted(): Generator<Buffer> {
    taken.answers += 1
    for (const text of body()) {
      taken.bytes += text.length
      yield Buffer.from(text)
    }
  }
  const connection: Pick<Connection, 'get' | 'server'> = {
    server: () => 'https://api',
    get: async () => Readable.from(counted(), { objectMode: false }) as IncomingMessage,
  }
  return { connection: connection as Connection, taken }
}

function* forever(text: string): Generator<string> {
  for (;;) yield text
}

const readList = (connection: Connection) => list(connection, PODS, null, signal, () => {})

test('a page without an end is given up', async () => {
  const { connection, taken } = answering(() => forever('x'.repeat(100_000)))
  await expect(readList(connection)).rejects.toMatchObject({
    reason: 'rejected',
    message: 'the answer is longer than 32 MiB at https://api',
  })
  expect(taken.bytes).toBeLessThan(40 * 1024 * 1024)
})

test.each([
  ['empty pages', []],
  ['pages of one object', [{ metadata: { name: 'web' } }]],
])('a list of %s that always goes on is given up', async (_, items) => {
  const page = JSON.stringify({ metadata: { resourceVersion: '1', continue: 'more' }, items })
  const { connection, taken } = answering(() => [page])
  await expect(readList(connection)).rejects.toMatchObject({
    reason: 'rejected',
    message: 'a list of more than 200000 pods at https://api',
  })
  expect(taken.answers).toBe(400)
})

test('one page of more objects than there can be is given up', async () => {
  const page = JSON.stringify({
    metadata: { resourceVersion: '1', continue: 'more' },
    items: Array.from({ length: 250_000 }, () => ({ metadata: {} })),
  })
  const { connection } = answering(() => [page])
  await expect(readList(connection)).rejects.toMatchObject({ reason: 'rejected' })
})

test('a watch without the end of a line is given up', async () => {
  const { connection, taken } = answering(() => forever('x'.repeat(100_000)))
  const heard: unknown[] = []
  const watch = follow(connection, PODS, '1', signal, { open() {}, word: (word) => void heard.push(word) })
  await expect(watch).rejects.toMatchObject({
    reason: 'rejected',
    message: 'a watch with a line of more than 8 MiB at https://api',
  })
  expect(heard).toEqual([])
  expect(taken.bytes).toBeLessThan(16 * 1024 * 1024)
})
