import { describe, expect, test } from '@jest/globals'
import type { Cause, Incident } from '@portolan/core'
import { judgeDemo, noteIncident, type SaidIncident, seenLine } from '../../src/demo/summary.ts'
import { incident, NOON } from '../views.ts'

const period = (from: number, until: number | null, rightCauses: Cause[], mayBeMissed = false) => ({
  hostPort: 30080,
  from,
  until,
  reasons: [],
  rightCauses,
  mustBeNamed: [rightCauses],
  mayBeMissed,
})

function judge(dark: ReturnType<typeof period>[], incidents: Incident[]) {
  const said = new Map<string, SaidIncident>()
  for (const one of incidents) noteIncident(said, one)
  return judgeDemo({ startedAt: NOON - 60_000, endedAt: NOON, moves: 1, dark }, [...said.values()], NOON)
}

const seen = incident({ darkSince: NOON - 10_000, darkUntil: NOON - 5000, closedAt: NOON - 5000 })

describe('what Portolan said against what was done', () => {
  test('the right cause in the right time is right', () => {
    expect(judge([period(NOON - 10_020, NOON - 5010, ['etp_local'])], [seen])).toMatchObject({
      right: 1,
      wrong: [],
      darkMadeMs: 5010,
      darkMeasuredMs: 5000,
    })
  })

  test.each([
    [
      'another cause',
      [period(NOON - 10_000, NOON - 5000, ['hostport_off'])],
      [seen],
      'etp_local was reported, hostport_off is right',
    ],
    [
      'an outage of which nothing was reported',
      [period(NOON - 10_000, NOON - 5000, ['etp_local'])],
      [],
      'nothing was reported',
    ],
    ['an incident while the port answered', [], [seen], 'was reported while the port answered'],
    [
      'an incident at another time',
      [period(NOON - 40_000, NOON - 30_000, ['etp_local'], true)],
      [seen],
      'was reported while the port answered',
    ],
  ])('%s is wrong', (_, dark, incidents, text) => {
    const { wrong } = judge(dark, incidents)
    expect(wrong.join('\n')).toContain(text)
  })

  test('two ports that are dark at the same time are judged apart', () => {
    const dark = [
      period(NOON - 10_000, NOON - 5000, ['etp_local']),
      { ...period(NOON - 9000, NOON - 6000, ['rollout_gap']), hostPort: 30081 },
    ]
    const other = { ...seen, id: 'other', target: 'host:30081', cause: 'rollout_gap' as const }
    expect(judge(dark, [seen, other])).toMatchObject({ right: 2, wrong: [] })
  })

  test('an incident of another port explains nothing', () => {
    const dark = [period(NOON - 10_000, NOON - 5000, ['etp_local'])]
    expect(judge(dark, [{ ...seen, target: 'host:30081' }]).wrong).toEqual([
      'host:30080: dark for 5000 ms (etp_local), and nothing was reported',
      'host:30081: etp_local was reported while the port answered',
    ])
  })

  test('an outage that the end of the run cut short need not have been explained yet', () => {
    expect(judge([period(NOON - 5000, null, ['cross_node'])], []).wrong).toEqual([])
    expect(judge([period(NOON - 9000, null, ['cross_node'])], []).wrong).toHaveLength(1)
  })

  test('a wrong word on the way is wrong, even if the last one is right', () => {
    const dark = [period(NOON - 10_000, NOON - 5000, ['etp_local'])]
    expect(judge(dark, [{ ...seen, cause: 'hostport_off' }, seen]).wrong).toEqual([
      'host:30080: hostport_off was reported, etp_local is right',
    ])
  })

  test('what held long enough must have been named at some time', () => {
    const dark = [
      { ...period(NOON - 10_000, NOON - 5000, ['etp_local', 'rollout_gap']), mustBeNamed: [['rollout_gap' as const]] },
    ]
    expect(judge(dark, [seen]).wrong).toEqual(['host:30080: rollout_gap was never reported'])
  })

  test('a candidate that was named counts as right, and a blink may be missed', () => {
    const ambiguous = { ...seen, cause: 'cross_node' as const, candidates: ['kube_proxy_stale' as const] }
    const dark = [
      period(NOON - 10_000, NOON - 5000, ['kube_proxy_stale']),
      period(NOON - 30_000, NOON - 29_900, ['rollout_gap'], true),
    ]
    expect(judge(dark, [ambiguous]).wrong).toEqual([])
  })
})

describe('what somebody saw who ends it', () => {
  const line = (dark: ReturnType<typeof period>[], incidents: Incident[], moves: number) => {
    const said = incidents.map((one) => ({ incident: one, said: [] }))
    return seenLine(judge(dark, incidents), said, moves)
  }

  test('is told in one line', () => {
    expect(line([period(NOON - 10_020, NOON - 5010, ['etp_local'])], [seen], 2)).toBe(
      'Seen: 2 pods placed, 1 outage (1 etp_local), dark for 5.0 s in all, each explained correctly.',
    )
    expect(line([], [], 0)).toBe('Seen: 0 pods placed, 0 outages, dark for 0 ms in all.')
  })

  test('does not say of broken routes that nothing was dark', () => {
    const broken = { target: 'route:80/shop.localhost/', cause: 'route_backend_missing' as const }
    const over = { darkSince: NOON - 10_000, darkUntil: NOON - 5000, closedAt: NOON - 5000 }
    expect(line([], [incident({ ...broken, ...over })], 0)).toMatch(/1 outage \(1 route_backend_missing\), [^d]/)
  })

  test('does not hide what was wrong', () => {
    expect(line([period(NOON - 10_000, NOON - 5000, ['hostport_off'])], [seen], 1)).toMatch(
      /, 0 of 1 explained correctly at once\.$/,
    )
  })
})
