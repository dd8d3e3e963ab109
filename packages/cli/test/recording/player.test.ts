import { describe, expect, test } from '@jest/globals'
import type { Clock, Fact, Observation } from '@portolan/core'
import { createPlayer } from '../../src/recording/player.ts'

/** Timers end at once, and time is what they took. */
function hastyClock(): Clock & { passed(): number } {
  let passed = 0
  return {
    now: () => passed,
    monotonic: () => passed,
    after(ms, run) {
      passed += ms
      queueMicrotask(run)
      return () => {}
    },
    passed: () => passed,
  }
}

const TICK = { kind: 'tick' } as const
const OUTCOME = { kind: 'outcome' } as Observation
const HOUR = 3_600_000

function fact(receivedAt: number, observed: Observation = OUTCOME): Fact {
  return { cluster: 'dev', source: 'prober', boot: 'b', sequence: receivedAt, at: receivedAt, receivedAt, observed }
}

async function* all(...facts: Fact[]): AsyncGenerator<Fact[]> {
  yield facts
}

const settle = () => Promise.resolve()

/** When each fact was told, by the clock of the recording and by ours. */
async function play(speed: number | null, ...facts: Fact[]) {
  const clock = hastyClock()
  const player = createPlayer({ speed, from: 9 * HOUR, clock })
  const told: { at: number; passed: number; pace: number }[] = []
  const before = { now: player.clock.now(), pace: player.pace() }
  const note = () => told.push({ at: player.clock.now(), passed: clock.passed(), pace: player.pace() })
  const result = await player.play(all(...facts), note, settle, new AbortController().signal)
  return { told, result, before, after: { now: player.clock.now(), pace: player.pace() } }
}

describe('a recording is told', () => {
  test('fact by fact at the very moment of its receipt, as much faster as is asked for', async () => {
    const { told, result } = await play(10, fact(1000), fact(3000), fact(3500))
    expect(told).toEqual([
      { at: 1000, passed: 0, pace: 10 },
      { at: 3000, passed: 200, pace: 10 },
      { at: 3500, passed: 250, pace: 10 },
    ])
    expect(result).toEqual({ facts: 3, until: 3500 })
  })

  test('in the same pace after the clock was set back', async () => {
    const set = fact(3 * HOUR, { kind: 'clock', byMs: -2 * HOUR })
    const { told } = await play(1, fact(5 * HOUR), set, fact(3 * HOUR + 500), fact(3 * HOUR + 900))
    expect(told.map(({ passed }) => passed)).toEqual([0, 0, 500, 900])
  })

  test('at once as far as it was known before', async () => {
    const { told } = await play(1, fact(1000, TICK), fact(5 * HOUR, TICK), fact(6 * HOUR), fact(6 * HOUR + 500))
    expect(told.map(({ passed }) => passed)).toEqual([0, 0, 0, 500])
  })

  test('without the time in which nobody watched', async () => {
    const { told } = await play(1, fact(1000), fact(1000 + 3 * HOUR), fact(1500 + 3 * HOUR))
    expect(told.map(({ passed }) => passed)).toEqual([0, 0, 500])
  })

  test('in whole milliseconds, between two facts as well: the store takes no other', async () => {
    let passed = 0
    const seen: number[] = []
    const look = () => void seen.push(player.clock.now())
    const clock: Clock = {
      ...hastyClock(),
      monotonic: () => (passed += 0.7),
      after(_, run) {
        look()
        queueMicrotask(run)
        return () => {}
      },
    }
    const player = createPlayer({ speed: 3, from: 0, clock })
    await player.play(all(fact(1000), fact(1100)), look, settle, new AbortController().signal)
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.filter((at) => !Number.isInteger(at))).toEqual([])
  })

  test('as fast as it goes', async () => {
    const { told } = await play(null, fact(1000), fact(3000), fact(9000))
    expect(told.map(({ passed, at }) => [passed, at])).toEqual([
      [0, 1000],
      [0, 3000],
      [0, 9000],
    ])
  })

  test('and its time stands still before and after', async () => {
    const { before, after } = await play(5, fact(1000), fact(3000))
    expect(before).toEqual({ now: 9 * HOUR, pace: 0 })
    expect(after).toEqual({ now: 3000, pace: 0 })
  })

  test('no further than somebody wants to see it', async () => {
    const over = new AbortController()
    const player = createPlayer({ speed: 1, from: 0, clock: hastyClock() })
    const result = await player.play(all(fact(1000), fact(2000)), () => over.abort(), settle, over.signal)
    expect(result).toEqual({ facts: 1, until: 1000 })
  })

  test('with a turn for others in between where each fact takes long', async () => {
    let passed = 0
    const clock: Clock = { ...hastyClock(), monotonic: () => passed }
    const order: string[] = []
    const player = createPlayer({ speed: null, from: 0, clock })
    const take = () => {
      order.push('fact')
      passed += 150
    }
    const turn = async () => void order.push('turn')
    await player.play(all(fact(1), fact(2), fact(3), fact(4)), take, turn, new AbortController().signal)
    expect(order).toEqual(['fact', 'fact', 'turn', 'fact', 'fact', 'turn', 'turn'])
  })
})
