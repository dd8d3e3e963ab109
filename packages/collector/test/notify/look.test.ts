import { describe, expect, test } from '@jest/globals'
import type { ClusterState, Incident } from '@portolan/core'
import { createBook } from '../../src/notify/book.ts'
import { closeIncident, lookAtIncidents } from '../../src/notify/look.ts'
import { incident } from '../incident.ts'

const AT = 1_700_000_000_000
const nobody = () => false

/** A cluster with one open incident, of a port or of a route behind `host:80`. */
function withOpen(
  changes: Partial<Incident>,
  planned: { changedAt: number; running: boolean } | null = null,
): ClusterState {
  const open = incident({ darkSince: AT, openedAt: AT, ...changes })
  const isRoute = open.target.startsWith('route:')
  const tracks = new Map([[open.target, { incident: open, planned, door: 'host:80' }]])
  return {
    name: 'sea',
    ports: { tracks: isRoute ? new Map() : tracks },
    edge: { tracks: isRoute ? tracks : new Map() },
  } as never
}

function said(
  state: ClusterState,
  afterMs: number,
  isSilenced: (target: { id: string }) => boolean = nobody,
): string[] {
  const book = createBook([])
  lookAtIncidents(book, [state], isSilenced, AT + afterMs)
  return book.due(AT + afterMs).map(({ summary }) => summary)
}

describe('people are told', () => {
  test('of a port that has been dark for more than three seconds', () => {
    expect(said(withOpen({}), 3000)).toEqual([])
    expect(said(withOpen({}), 3001)).toEqual(['host:30080 is dark: The pod sits on b, the port is mapped to a.'])
  })

  test('of a drain or rollout only when it has lasted for a minute', () => {
    const state = withOpen({ planned: true }, { changedAt: AT, running: true })
    expect(said(state, 59_000)).toEqual([])
    expect(said(state, 61_000)).toHaveLength(1)
  })

  test('of nothing that a note silences', () => {
    expect(said(withOpen({}), 10_000, ({ id }) => id === 'host:30080')).toEqual([])
  })

  test('of a route that has been broken for a quarter of a minute, but for the gap of a rollout', () => {
    const route = { target: 'route:80/shop.example/' }
    expect(said(withOpen(route), 15_000)).toEqual([])
    expect(said(withOpen(route), 15_001)).toEqual([
      'route:80/shop.example/ is broken: The pod sits on b, the port is mapped to a.',
    ])
    expect(said(withOpen({ ...route, cause: 'rollout_gap' }), 60_000)).toEqual([])
    expect(said(withOpen(route), 60_000, ({ id }) => id === 'host:80')).toEqual([])
  })

  test('of a port that comes and goes anyway only when it stays dark for a minute', () => {
    const book = createBook([])
    const port = { at: AT, cluster: 'sea', target: 'host:30080', incident: null, darkProbability: null }
    book.begins('flapping', 'so', { ...port, type: 'flapping.began', summary: 'it comes and goes' })
    const types = (afterMs: number) => {
      lookAtIncidents(book, [withOpen({})], nobody, AT + afterMs)
      return book.due(AT + afterMs).map(({ type }) => type)
    }
    expect(types(10_000)).toEqual(['flapping.began'])
    expect(types(60_001)).toEqual(['flapping.began', 'incident.opened'])
  })
})

test('the end of an incident is told of the one that was told, and of no other', () => {
  const book = createBook([])
  lookAtIncidents(book, [withOpen({ id: 'one' })], nobody, AT + 5000)
  book.delivered(book.due(AT + 5000), AT + 5000)
  const close = (id: string) => {
    const closed = incident({ id, closedAt: AT + 9000, darkSince: AT, darkUntil: AT + 8000 })
    closeIncident(book, {
      type: 'incident.closed',
      at: AT + 9000,
      cluster: 'sea',
      target: 'host:30080',
      incident: closed,
    })
    return book.due(AT + 99_000).map(({ summary }) => summary)
  }
  expect(close('another')).toEqual([])
  expect(close('one')).toEqual(['host:30080 answers again after 8.0 s (etp_local)'])
})
