import { describe, expect, test } from '@jest/globals'
import { realClock as clock } from '@portolan/testing'
import { judgePeriod } from '../../src/scenarios/right-causes.ts'
import { prepareScenario, runScenario, SCENARIOS } from '../../src/index.ts'
import { startPractice } from '../practice-under-test.ts'

describe('a scenario', () => {
  test('tells what it does, ends by itself, and says what was dark and why', async () => {
    await using cluster = await startPractice()
    const [story] = SCENARIOS
    if (story === undefined) throw new Error('no scenario')
    const quick = { ...story, steps: story.steps.map((step) => ({ ...step, pauseMs: 200 })) }
    await prepareScenario(cluster, quick)
    expect(cluster.pods('web').map((pod) => pod.node)).toEqual(['p-worker'])
    const lines: string[] = []
    const result = await runScenario(cluster, quick, { clock, forMs: 4000, onNarration: (line) => lines.push(line) })
    expect(lines[0]).toMatch(/^kubectl drain p-worker \(where web-\S+ runs\)$/)
    expect(result.moves).toBeGreaterThan(0)
    const dark = result.dark.find((period) => period.hostPort === cluster.hostPort(30080))
    expect(dark?.reasons.map((reason) => reason.why)).toContain('etp_local')
  })

  test('slows down after its third step, where somebody looks on', async () => {
    await using cluster = await startPractice()
    const [story] = SCENARIOS
    if (story === undefined) throw new Error('no scenario')
    const quick = { ...story, steps: story.steps.map((step) => ({ ...step, pauseMs: 0 })) }
    await prepareScenario(cluster, quick)
    const over = new AbortController()
    const said: string[] = []
    /** Ends the run with its first pause that is no quick one. */
    const clockOfStory = {
      ...clock,
      after(ms: number, run: () => void) {
        if (ms === 30_000) over.abort()
        return clock.after(ms, run)
      },
    }
    const options = { clock: clockOfStory, forMs: 60_000, signal: over.signal }
    const onNarration = (line: string) => void said.push(line)
    await runScenario(cluster, quick, { ...options, onNarration, onLeisure: () => said.push('slower') })
    expect(said).toHaveLength(4)
    expect(said.at(-1)).toBe('slower')
    expect(cluster.pods('web').map(({ node }) => node)).not.toContain('p-worker')
  })

  test('an abort ends it', async () => {
    await using cluster = await startPractice()
    const abort = new AbortController()
    const [story] = SCENARIOS
    if (story === undefined) throw new Error('no scenario')
    await prepareScenario(cluster, story)
    const running = runScenario(cluster, story, { clock, forMs: 60_000, signal: abort.signal, onNarration() {} })
    abort.abort()
    expect((await running).moves).toBe(0)
  })
})

describe('what is right to say of a dark period', () => {
  /** Whether a selector keeps the pods off for good, or only this time: both are right. */
  const OFF = ['etp_local', 'mapped_node_excluded']

  const period = (...reasons: [why: 'no_endpoints' | 'etp_local' | 'rollout_gap', ms: number][]) => {
    let at = 0
    const told = reasons.map(([why, ms]) => {
      const reason = { why, from: at }
      at += ms
      return reason
    })
    return { hostPort: 1, from: 0, until: at, reasons: told }
  }

  test.each([
    [
      'a gap that ends in a placement',
      period(['no_endpoints', 1600], ['etp_local', 4000]),
      [expect.arrayContaining(['no_endpoints', 'rollout_gap']), OFF],
      false,
    ],
    ['a placement that ends in a gap', period(['etp_local', 4000], ['rollout_gap', 200]), [OFF], false],
    ['a blink', period(['rollout_gap', 300]), [], true],
  ])('%s', (_, dark, mustBeNamed, mayBeMissed) => {
    expect(judgePeriod(dark, 10_000)).toMatchObject({ mustBeNamed, mayBeMissed })
  })

  test('whatever was wrong for a moment may be said, and nothing else', () => {
    expect(judgePeriod(period(['etp_local', 4000], ['rollout_gap', 200]), 10_000).rightCauses).toEqual([
      ...OFF,
      'rollout_gap',
      'no_endpoints',
    ])
  })
})
