import { describe, expect, test } from '@jest/globals'
import { trimEvent } from '../../src/trim/event.ts'
import { AT, AT_MS, IDENTITY, metadata } from './api-json.ts'

function trim(event: object) {
  return trimEvent(event as Parameters<typeof trimEvent>[0])
}

const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1', fieldPath: 'spec' }

describe('an Event', () => {
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
