import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createClocks } from '../src/clock.ts'

const START = 1_700_000_000_000

function setUp() {
  let wall = START
  let steady = 5000
  let slept = 0
  const { clock, steady: unset } = createClocks(
    { wall: () => wall, monotonic: () => steady, uptime: () => 77 + (steady + slept) / 1000 },
    () => () => {},
  )
  const set: number[] = []
  clock.onSet?.((byMs) => set.push(byMs))
  return {
    clock,
    unset,
    set,
    pass(ms: number) {
      steady += ms
      wall += ms
    },
    setWall: (byMs: number) => void (wall += byMs),
    sleep(ms: number) {
      wall += ms
      slept += ms
    },
  }
}

const HOUR = 3_600_000

describe('the clock', () => {
  test('goes with the wall clock', () => {
    const { clock, unset, set, pass } = setUp()
    expect([clock.now(), unset.now()]).toEqual([START, START])
    pass(12_345)
    expect([clock.now(), unset.now()]).toEqual([START + 12_345, START + 12_345])
    expect(set).toEqual([])
  })

  test.each([
    ['set forward by an hour', HOUR],
    ['set back by an hour', -HOUR],
    ['set back by two seconds', -2000],
    ['set forward by ten days', 240 * HOUR],
  ])('says by how much it was %s before it answers by the new time', (_, byMs) => {
    const { clock, unset, pass, setWall } = setUp()
    const told: [number, number][] = []
    clock.onSet?.((by) => told.push([by, clock.now()]))
    pass(1000)
    setWall(byMs)
    pass(500)
    expect(clock.now()).toBe(START + 1500 + byMs)
    expect(told).toEqual([[byMs, START + 1500 + byMs]])
    expect(unset.now()).toBe(START + 1500)
  })

  test('goes on through a sleep, which is no setting of the clock', () => {
    const { clock, unset, set, pass, sleep } = setUp()
    pass(1000)
    sleep(HOUR)
    pass(1000)
    expect([clock.now(), unset.now()]).toEqual([START + HOUR + 2000, START + HOUR + 2000])
    expect(set).toEqual([])
  })

  test('makes up for a small correction little by little', () => {
    const { clock, set, pass, setWall } = setUp()
    setWall(-800)
    for (let turn = 0; turn < 400; turn += 1) {
      pass(300)
      clock.now()
    }
    expect(set).toEqual([])
    expect(Math.abs(clock.now() - (START + 120_000 - 800))).toBeLessThan(10)
  })

  test('never goes back but where it says so, and the steady one never at all', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.integer({ min: 0, max: 5000 }) }),
      fc.record({ set: fc.integer({ min: -5000, max: 5000 }) }),
      fc.record({ sleep: fc.integer({ min: 0, max: 100_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, unset, set, pass, setWall, sleep } = setUp()
        let [shown, steady] = [clock.now(), unset.now()]
        for (const one of steps) {
          if ('pass' in one) pass(one.pass)
          else if ('set' in one) setWall(one.set)
          else sleep(one.sleep)
          const said = set.length
          const next = clock.now()
          const jumped = set.slice(said).reduce((sum, by) => sum + by, 0)
          expect(next - jumped).toBeGreaterThanOrEqual(shown - 1)
          expect(unset.now()).toBeGreaterThanOrEqual(steady)
          shown = next
          steady = unset.now()
        }
      }),
    )
  })
})
