import { describe, expect, test } from '@jest/globals'
import { trimEvent } from '../../src/trim/event.ts'
import { AT, AT_MS, IDENTITY, metadata } from './api-json.ts'

function trim(event: object) {
  return trimEvent(event as Parameters<typeof trimEvent>[0])
}

const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1', fieldPath: 'spec' }

describe('an Event', () => {
  test.each(['9999-12-31T23:59:59Z', 'soon', '+275761-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])(
    'that happened at %s happened at no known time',
    (lastTimestamp) => expect(trim({ ...metadata(), involvedObject, lastTimestamp }).at).toBe(0),
  )

  test.each([
    [1e300, 0],
    [-1, 0],
    [2.5, 2],
    ['3', 0],
  ])('that happened %p times', (count, expected) => {
    expect(trim({ ...metadata(), involvedObject, count }).count).toBe(expected)
  })

  test('that was reported in the old way', () => {
    const event = {
      ...metadata(),
      involvedObject,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/4 nodes are available',
      count: 3,
      firstTimestamp: '2026-03-01T12:00:01Z',
      lastTimestamp: AT,
      eventTime: null,
    }
    expect(trim(event)).toEqual({
      kind: 'Event',
      ...IDENTITY,
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' },
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/4 nodes are available',
      count: 3,
      at: AT_MS,
    })
  })

  test.each([
    ['eventTime', { lastTimestamp: null, eventTime: '2026-03-01T12:00:07.000000Z' }, 1, AT_MS],
    ['a series', { eventTime: '2026-03-01T11:00:00Z', series: { count: 9, lastObservedTime: AT } }, 9, AT_MS],
    ['no time but its creation', { lastTimestamp: null, eventTime: null }, 1, IDENTITY.createdAt],
  ])('that has %s', (_, times, count, at) => {
    expect(trim({ ...metadata(), involvedObject, ...times })).toMatchObject({ count, at })
  })
})
