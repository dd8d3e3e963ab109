import { describe, expect, test } from '@jest/globals'
import { type Trouble, watchOwnTrouble } from '../../src/schedule/own-trouble.ts'

const START = 1_000_000

function setUp() {
  let wall = START
  let steady = 0
  let due: (() => void) | null = null
  const told: Trouble[] = []
  const clock = {
    now: () => wall,
    monotonic: () => steady,
    after(_ms: number, run: () => void) {
      due = run
      return () => {
        due = null
      }
    },
  }
  const watch = watchOwnTrouble(clock, (trouble) => told.push(trouble))
  return {
    watch,
    told,
    pass(steadyMs: number, wallMs = steadyMs) {
      steady += steadyMs
      wall += wallMs
    },
    beat: () => due?.(),
  }
}

describe('the prober', () => {
  test.each([
    ['beats in time', 250, 250],
    ['beats a little late', 900, 900],
    ['has its clock slewed', 250, 400],
  ])('is well when it %s', (_, steadyMs, wallMs) => {
    const { told, pass, beat } = setUp()
    pass(steadyMs, wallMs)
    beat()
    expect(told).toEqual([])
  })

  test.each([
    ['stalled', 2250, 2250, 'the prober got no time to run for 2.0 s', 0, 2250],
    ['slept', 250, 60_250, 'this machine slept for 60.0 s', 0, 60_250],
  ])('could not see when it %s', (_, steadyMs, wallMs, reason, from, to) => {
    const { told, watch, pass, beat } = setUp()
    pass(steadyMs, wallMs)
    beat()
    expect(told).toEqual([{ from: START + from, to: START + to, reason }])
    expect(watch.overAt).toBe(steadyMs)
  })

  test('says so once, and is well again', () => {
    const { told, pass, beat } = setUp()
    pass(5000)
    beat()
    pass(250)
    beat()
    expect(told).toHaveLength(1)
  })

  test('knows before its next beat when it is asked', () => {
    const { told, watch, pass } = setUp()
    pass(5000)
    watch.check()
    expect(told).toHaveLength(1)
  })

  test('no longer looks once it is stopped', () => {
    const { told, watch, pass, beat } = setUp()
    watch.stop()
    pass(5000)
    beat()
    expect(told).toEqual([])
  })
})
