import { expect, test } from '@jest/globals'
import type { ProbePlan } from '@portolan/core'
import { createFakeClock } from '@portolan/testing'
import { createOrderBook } from '../../src/ingest/orders.ts'

const plan = { id: 'p' } as ProbePlan
const burst = { plan: 'p', everyMs: 50, timeoutMs: 200, forMs: 5000 }
const stays = new AbortController().signal

test('who knows nothing is told at once, who knows it all waits for news', async () => {
  const clock = createFakeClock()
  const book = createOrderBook(clock)
  book.assign('node/a', { plans: [plan], peers: ['10.0.0.1'] })
  const first = await book.next('node/a', { collector: '', after: 0 }, 25_000, stays)
  expect(first).toMatchObject({ assignment: { plans: [plan], peers: ['10.0.0.1'] }, bursts: [] })
  const waiting = book.next('node/a', { collector: first.collector, after: first.version }, 25_000, stays)
  book.burst('node/b', [burst])
  book.burst('node/a', [burst])
  expect(await waiting).toMatchObject({ version: first.version + 1, bursts: [burst] })
})

test('a burst is told once, and late only for what is left of it', async () => {
  const clock = createFakeClock()
  const book = createOrderBook(clock)
  book.burst('host', [burst])
  clock.advance(2000)
  const late = await book.next('host', { collector: '', after: 0 }, 0, stays)
  expect(late.bursts).toEqual([{ ...burst, forMs: 3000 }])
  const waiting = book.next('host', { collector: late.collector, after: late.version }, 1000, stays)
  clock.advance(1000)
  expect((await waiting).bursts).toEqual([])
})

test('the time runs out, the asker goes away, the collector stops: each ends the wait', async () => {
  const clock = createFakeClock()
  const book = createOrderBook(clock)
  const known = await book.next('host', { collector: '', after: 0 }, 0, stays)
  const asker = { collector: known.collector, after: known.version }
  const timed = book.next('host', asker, 25_000, stays)
  clock.advance(25_000)
  expect((await timed).version).toBe(known.version)
  const leaving = new AbortController()
  const left = book.next('host', asker, 25_000, leaving.signal)
  leaving.abort()
  await left
  const stopped = book.next('host', asker, 25_000, stays)
  book.stop()
  await stopped
})

test('who knows the version of another collector is told everything', async () => {
  const book = createOrderBook(createFakeClock())
  book.assign('host', { plans: [plan], peers: [] })
  const orders = await book.next('host', { collector: 'an earlier one', after: 99 }, 25_000, stays)
  expect(orders.assignment.plans).toEqual([plan])
})
