import { describe, expect, test } from '@jest/globals'
import type { Incident } from '@portolan/core'
import type { ScenarioResult } from '@portolan/practice'
import { type AtHub, judgeSite } from '../../src/demo/fleet/judge.ts'

const NOW = 100_000
const SITE = { cluster: 'team-a/dev', scenario: 'story' }

function incident(id: string, from = 10_000, until: number | null = 20_000): Incident {
  return { id, target: 'host:30080', darkSince: from, darkUntil: until } as Incident
}

function result(...dark: [from: number, until: number][]): ScenarioResult {
  const periods = dark.map(([from, until]) => ({ hostPort: 30080, from, until, mayBeMissed: false }))
  return { startedAt: 0, endedAt: NOW, moves: 1, dark: periods } as unknown as ScenarioResult
}

const hub = (incidents: Incident[], opened = incidents.map(({ id }) => id)): AtHub => ({ incidents, opened })

describe('a cluster of the demo of a fleet', () => {
  test('is right where all that its collector said is on the hub, once', () => {
    const said = [incident('a'), incident('b', 30_000, null)]
    expect(judgeSite(SITE, said, result([10_000, 20_000]), hub(said), NOW)).toEqual({
      ...SITE,
      outages: 2,
      once: 2,
      wrong: [],
    })
  })

  test.each<[string, Incident[], ScenarioResult, AtHub, string]>([
    ['is missing', [incident('a')], result(), hub([]), 'a is not on the hub'],
    [
      'came twice',
      [incident('a')],
      result(),
      hub([incident('a')], ['a', 'a']),
      'a is 2 times in the timeline of the hub',
    ],
    ['nobody reported', [], result(), hub([incident('a')]), 'a is on the hub, but no collector reported it'],
    [
      'was made and not seen',
      [],
      result([10_000, 20_000]),
      hub([]),
      'host:30080: dark for 10000 ms, and no incident reports it',
    ],
  ])('is wrong where an outage %s', (_, said, made, atHub, why) => {
    expect(judgeSite(SITE, said, made, atHub, NOW).wrong).toEqual([why])
  })
})
