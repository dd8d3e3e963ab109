import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { noteDocument, notesDocument } from '@portolan/wire'
import { KEY, type RunningCollector, startCollector } from '../running-collector.ts'
import { TARGET } from '../story.ts'

let one: RunningCollector

beforeEach(async () => {
  one = await startCollector()
  one.goDark()
  await one.collector.flush()
})

afterEach(() => one.collector.stop())

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${one.url}/api/v1/notes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as any }
}

const silenced = async () => (await one.get('/api/v1/targets')).body.targets[0].silenced

test('a note is kept, told, and shown on the timeline', async () => {
  const { status, body } = await post({ text: ' draining for a kernel update ' })
  expect(status).toBe(201)
  expect(noteDocument.parse(body)).toMatchObject({ text: 'draining for a kernel update', cluster: null, targets: [] })
  const { body: all } = await one.get('/api/v1/notes')
  expect(notesDocument.parse(all).notes).toEqual([body])
  expect((await one.get('/api/v1/lanes')).body.notes).toEqual([body])
})

test('a note says who wrote it, where a holder of the key says so', async () => {
  expect((await post({ text: 'a drain', author: 'ada' })).body).toMatchObject({ author: 'ada' })
  expect((await post({ text: 'a drain' })).body).toMatchObject({ author: null })
  expect((await post({ text: 'a drain', author: 'x'.repeat(101) })).status).toBe(400)
})

test('a note that names a port silences it for as long as it lasts', async () => {
  const to = new Date(one.clock.now() + 60_000).toISOString()
  await post({ text: 'a new kernel', targets: [TARGET], to })
  expect(await silenced()).toBe(true)
  expect(await one.metric(/^portolan_target_silenced/)).toEqual([
    `portolan_target_silenced{cluster="dev",target="${TARGET}"} 1`,
  ])
  one.clock.advance(60_000)
  expect(await silenced()).toBe(false)
})

test.each([
  ['names none', {}],
  ['names another one', { targets: ['host:1'] }],
  ['is about another cluster', { targets: [TARGET], cluster: 'prod' }],
  ['is about later', { targets: [TARGET], from: '2099-01-01T00:00:00Z' }],
])('a note that %s silences no port', async (_, note) => {
  expect((await post({ text: 'hello', ...note })).status).toBe(201)
  expect(await silenced()).toBe(false)
})

test('notes without end: those that last are bounded, and the next one silences its port', async () => {
  const to = new Date(one.clock.now() + 60_000).toISOString()
  const targets = Array.from({ length: 500 }, (_, n) => `host:${n + 40_000}`)
  const statuses: number[] = []
  for (let n = 0; n < 600; n += 1) statuses.push((await post({ text: 'mine', targets, to })).status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(500)
  expect(await post({ text: 'one more', to })).toMatchObject({
    status: 429,
    body: { detail: '500 notes are not over yet: no other is taken until one of them is' },
  })
  one.clock.advance(60_000)
  expect((await post({ text: 'later', targets: [TARGET] })).status).toBe(201)
  expect(await silenced()).toBe(true)
})

describe('what is no note is not taken:', () => {
  test.each<[string, unknown, number, string | RegExp]>([
    ['no text', {}, 400, /^text: /],
    ['an empty text', { text: ' ' }, 400, 'text: expected a text'],
    ['a port that is none', { text: 'x', targets: ['30080'] }, 400, 'targets.0: expected a port, e.g. host:30080'],
    [
      'an end before the beginning',
      { text: 'x', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      400,
      /^to: /,
    ],
    [
      'a time in the year 9999',
      { text: 'x', to: '9999-01-01T00:00:00Z' },
      400,
      'to: expected a time from 1970 to 2100',
    ],
    ['a time before 1970', { text: 'x', from: '0001-01-01T00:00:00Z' }, 400, 'from: expected a time from 1970 to 2100'],
    ['an unknown key', { text: 'x', color: 'red' }, 400, /^color: unknown/],
    ['no JSON', '{"text', 400, 'the request cannot be read'],
    ['more than can be read', { text: 'x'.repeat(40_000) }, 413, 'the request is too long'],
  ])('%s', async (_, body, status, detail) => {
    expect(await post(body)).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
  })

  test('another type of document, which a form of another site could send', async () => {
    expect((await post('{"text": "x"}', { 'Content-Type': 'text/plain' })).status).toBe(415)
  })

  test('one from a page of another site', async () => {
    expect((await post({ text: 'x' }, { Origin: 'http://elsewhere.example' })).status).toBe(403)
    expect((await post({ text: 'x' }, { Origin: one.url })).status).toBe(201)
  })
})
