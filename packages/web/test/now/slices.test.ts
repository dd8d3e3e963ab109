import { describe, expect, test } from '@jest/globals'
import type { ReachDocument } from '../../page/documents.ts'
import { answeredShare, shareText, slicesOf, windowOf } from '../../page/now/slices.ts'
import type { Timed } from '../../page/timeline/rows.ts'

const WINDOW = { from: 0, to: 400, sliceMs: 100 }

function reach(from: number, to: number, state: ReachDocument['state'], darkMs = 0): Timed<ReachDocument> {
  return { from, to, state, symptom: null, incident: null, episodes: 0, darkSeconds: darkMs / 1000 }
}

describe('a slice is', () => {
  test.each([
    ['up where all of it answered', [reach(0, 400, 'up')], ['up', 'up', 'up', 'up']],
    ['unknown to us before anything was known', [reach(250, 400, 'up')], [null, null, 'up', 'up']],
    [
      'dark for however short a stretch',
      [reach(0, 110, 'up'), reach(110, 112, 'down', 2), reach(112, 400, 'up')],
      ['up', 'down', 'up', 'up'],
    ],
    [
      'flapping where it was, and not dark',
      [reach(0, 90, 'up'), reach(90, 110, 'flapping'), reach(110, 400, 'up')],
      ['flapping', 'flapping', 'up', 'up'],
    ],
    [
      'not watched where most of it was not',
      [reach(0, 120, 'up'), reach(120, 300, 'gap'), reach(300, 400, 'up')],
      ['up', 'gap', 'gap', 'up'],
    ],
  ])('%s', (_, stretches, states) => {
    expect(slicesOf(stretches, WINDOW).map(({ state }) => state)).toEqual(states)
  })

  test('as dark as it was, also where that was told together with answers', () => {
    const [first, second] = slicesOf([reach(0, 200, 'down', 50), reach(200, 400, 'up')], WINDOW)
    expect([first?.darkShare, second?.darkShare]).toEqual([0.25, 0.25])
    expect(first?.darkMs).toBe(25)
  })
})

test('the share is of the time that was watched, within the window', () => {
  const stretches = [
    reach(-100, 100, 'up'),
    reach(100, 200, 'gap'),
    reach(200, 300, 'down', 100),
    reach(300, 400, 'flapping'),
  ]
  expect(answeredShare(stretches, WINDOW)).toBeCloseTo(2 / 3)
  expect(answeredShare([reach(0, 400, 'gap')], WINDOW)).toBeNull()
})

test.each([
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.9712, '97.1 %'],
  [0.00001, '0.1 %'],
  [0, '0 %'],
])('%d is said as %s', (share, text) => expect(shareText(share)).toBe(text))

test.each([
  ['what is known of half a minute', 30_000, 60_000],
  ['what is known of two hours', 2 * 3_600_000, 3 * 3_600_000],
  ['what is known of days', 5 * 86_400_000, 12 * 3_600_000],
])('the window holds %s', (_, known, span) => {
  const now = Date.parse('2026-01-01T12:00:00Z') + 17
  const { from, to, sliceMs } = windowOf(now, now - known)
  expect(to - from).toBe(span)
  expect(to).toBeGreaterThanOrEqual(now)
  expect(to - now).toBeLessThan(sliceMs)
})
