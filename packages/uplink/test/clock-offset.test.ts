import { describe, expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { createClockOffset } from '../src/clock-offset.ts'

/** Samples as [how long the answer took, by how much their clock seemed ahead in its middle]. */
function offsetOf(...samples: [number, number][]): number | null {
  const clock = createFakeClock()
  const offset = createClockOffset(clock)
  const askedAt = clock.now()
  for (const [tripMs, aheadMs] of samples) {
    offset.add({ askedAt, answeredAt: askedAt + tripMs, theirs: askedAt + tripMs / 2 + aheadMs })
  }
  return offset.read()
}

describe('the offset', () => {
  test.each<[string, [number, number][], number | null]>([
    ['is unknown before anything was answered', [], null],
    [
      'is that of the answer that took least',
      [
        [800, 5300],
        [10, 5001],
        [400, 4900],
      ],
      5001,
    ],
    ['may be negative', [[10, -5000]], -5000],
    ['is 0 where it is not beyond the round trip', [[40, 40]], 0],
    ['is told where it is', [[40, 41]], 41],
    ['leaves out answers that came before they were asked for', [[-3, 5000]], null],
    ['leaves out a clock that says no number', [[10, Number.NaN]], null],
    ['leaves out a clock that says no time', [[10, 1e300]], null],
    ['leaves out a clock of before 1970', [[10, -1e300]], null],
    ['forgets what is older than twenty answers', [[1, 100], ...Array<[number, number]>(20).fill([50, 7000])], 7000],
  ])('%s', (_, samples, expected) => expect(offsetOf(...samples)).toBe(expected))

  test('is measured anew when the clock of the collector was set', () => {
    expect(offsetOf([1, 100], [50, 3_600_000])).toBe(3_600_000)
    expect(offsetOf([1, 100], [50, -3_600_000], [60, -3_600_010])).toBe(-3_600_000)
  })

  test('is measured anew when our own clock was set', () => {
    const clock = createFakeClock()
    const offset = createClockOffset(clock)
    offset.add({ askedAt: clock.now(), answeredAt: clock.now() + 2, theirs: clock.now() + 60_000 })
    clock.set(60_000)
    expect(offset.read()).toBeNull()
  })
})
