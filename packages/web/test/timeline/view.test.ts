import { describe, expect, test } from '@jest/globals'
import { ticksOf } from '../../page/timeline/ticks.ts'
import { LONGEST_MS, pan, SHORTEST_MS, spanOf, timeAt, xOf, zoom } from '../../page/timeline/view.ts'

const view = { from: 1_000_000, to: 1_060_000 }

describe('zoom', () => {
  test('keeps the time under the pointer where it is', () => {
    const at = timeAt(250, view, 1000)
    expect(xOf(at, zoom(view, 0.3, at), 1000)).toBeCloseTo(250)
  })

  test('ends at single probes and at a week', () => {
    expect(spanOf(zoom(view, 1e-9, view.from))).toBe(SHORTEST_MS)
    expect(spanOf(zoom(view, 1e9, view.from))).toBe(LONGEST_MS)
  })
})

test('pan moves without a change of span', () => {
  expect(pan(view, -500)).toEqual({ from: 999_500, to: 1_059_500 })
})

describe('ticks', () => {
  test.each([1000, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000])('of %d ms do not touch', (span) => {
    const ticks = ticksOf({ from: 1_767_225_612_345, to: 1_767_225_612_345 + span }, 1000, 0)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(12)
  })

  test('are round in local time', () => {
    const [first] = ticksOf({ from: 0, to: 24 * 3_600_000 }, 1000, 1_800_000)
    expect(((first?.at ?? 0) + 1_800_000) % 3_600_000).toBe(0)
  })
})
