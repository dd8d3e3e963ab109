import { describe, expect, test } from '@jest/globals'
import type { Notification } from '@portolan/core'
import { createBook, type Page } from '../../src/notify/book.ts'

const MINUTE = 60_000
const port = { cluster: 'dev', target: 'host:30080' }

function about(type: Notification['type'], at = 0, target = port.target): Omit<Notification, 'times'> {
  return { type, at, cluster: 'dev', target, summary: type, incident: null, darkProbability: null }
}

describe('what is to be said', () => {
  test('is said once, however often it is seen', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    book.begins('incident', 'one', about('incident.opened', 1000))
    const due = book.due(1000)
    expect(due).toMatchObject([{ type: 'incident.opened', at: 0, times: 1 }])
    book.delivered(due, 1000)
    book.begins('incident', 'one', about('incident.opened', 2000))
    expect(book.due(10 * MINUTE)).toEqual([])
  })

  test('of a port that goes and comes within a minute is one message, which counts', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    book.delivered(book.due(0), 0)
    for (const [index, id] of ['two', 'three'].entries()) {
      book.ends('incident', about('incident.closed', 10_000 * index + 5000))
      book.begins('incident', id, about('incident.opened', 10_000 * index + 10_000))
    }
    expect(book.due(MINUTE - 1)).toEqual([])
    expect(book.due(MINUTE)).toMatchObject([{ type: 'incident.opened', at: 20_000, times: 2 }])
  })

  test('goes on waiting where something newer came while it was sent', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    const sent = book.due(0)
    book.ends('incident', about('incident.closed', 500))
    book.delivered(sent, 1000)
    expect(book.due(1000)).toEqual([])
    expect(book.due(1000 + MINUTE)).toMatchObject([{ type: 'incident.closed' }])
  })

  test('goes alone, and after all others, once it was refused: one message holds up no other', () => {
    const book = createBook([])
    for (const target of ['host:1', 'host:2']) book.begins('incident', 'one', about('incident.opened', 0, target))
    book.refused(book.due(0))
    book.begins('incident', 'one', about('incident.opened', 0, 'host:3'))
    const next = () => book.due(0).map(({ target }) => target)
    expect(next()).toEqual(['host:3'])
    book.delivered(book.due(0), 0)
    expect(next()).toEqual(['host:1'])
    book.refused(book.due(0))
    expect(next()).toEqual(['host:2'])
  })

  test('has no end where its beginning was given up and reached nobody', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    expect(book.due(25 * 60 * MINUTE)).toEqual([])
    book.ends('incident', about('incident.closed', 25 * 60 * MINUTE))
    expect(book.due(26 * 60 * MINUTE)).toEqual([])
    expect(book.open('incident')).toEqual([])
  })

  test('is given up once where too much of it waits, and not taken in again while it is so', () => {
    const book = createBook([])
    const now = Date.now()
    const look = () => {
      for (let index = 0; index < 1010; index += 1)
        book.begins('incident', 'one', about('incident.opened', now, `host:${index}`))
      book.takeChanges(now)
      return book.takeLeftOut()
    }
    expect([look(), look(), look()]).toEqual([10, 0, 0])
  })

  test('goes the other ports nothing', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    book.delivered(book.due(0), 0)
    book.begins('incident', 'other', about('incident.opened', 10, 'host:30443'))
    book.begins('flapping', 'so', about('flapping.began', 10))
    expect(book.due(10).map(({ type, target }) => `${type} ${target}`)).toEqual([
      'incident.opened host:30443',
      'flapping.began host:30080',
    ])
  })

  test('is not the end of what nobody was told of', () => {
    const book = createBook([])
    book.ends('risk', about('risk.ended'))
    expect(book.due(0)).toEqual([])
  })

  test('is left out and counted, the oldest first, where too much of it waits or for too long', () => {
    const book = createBook([])
    for (let index = 0; index < 1003; index += 1) {
      book.begins('incident', 'one', about('incident.opened', index, `host:${index}`))
    }
    expect(book.takeLeftOut()).toBe(3)
    expect(book.due(2000)[0]?.target).toBe('host:3')
    expect(book.due(25 * 60 * MINUTE)).toEqual([])
    expect(book.takeLeftOut()).toBe(1000)
  })

  test('is said no more than twenty at a time', () => {
    const book = createBook([])
    for (let index = 0; index < 30; index += 1) {
      book.begins('incident', 'one', about('incident.opened', index, `host:${index}`))
    }
    const first = book.due(100)
    expect(first).toHaveLength(20)
    book.delivered(first, 100)
    expect(book.due(100).map(({ target }) => target)[0]).toBe('host:20')
  })
})

describe('what is kept', () => {
  test('brings another book to the same state', () => {
    const book = createBook([])
    book.begins('incident', 'one', about('incident.opened'))
    book.delivered(book.due(0), 0)
    book.ends('incident', about('incident.closed', 500))
    const kept = book.takeChanges(500).flatMap(({ page }) => page ?? [])
    const next = createBook(kept)
    expect(next.due(500)).toEqual([])
    expect(next.due(MINUTE)).toMatchObject([{ type: 'incident.closed' }])
  })

  test('is gone once there is nothing to say of it any more', () => {
    const key = 'incident dev/host:30080'
    const over: Page = { key, on: null, waiting: null, sentAt: 0 }
    expect(createBook([over]).takeChanges(MINUTE - 1)).toEqual([])
    expect(createBook([over]).takeChanges(MINUTE)).toEqual([{ key, page: null }])
    expect(createBook([{ ...over, on: 'one' }]).takeChanges(31 * 24 * 60 * MINUTE)).toEqual([{ key, page: null }])
  })

  test('is what changed, and all of it where another store was opened', () => {
    const book = createBook([])
    book.begins('risk', 'so', about('risk.began'))
    expect(book.takeChanges(0)).toHaveLength(1)
    expect(book.takeChanges(0)).toEqual([])
    book.touch()
    expect(book.takeChanges(0)).toHaveLength(1)
  })
})
