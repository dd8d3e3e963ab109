import { describe, expect, test } from '@jest/globals'
import type { Incident, IncidentChange } from '@portolan/core'
import { createChangeTeller } from '../../src/render/change.ts'
import { PLAIN } from '../../src/render/style.ts'
import { incident, MOVE, NOON } from '../views.ts'

const change = (type: IncidentChange['type'], more: Partial<Incident> = {}): IncidentChange => ({
  type,
  at: NOON,
  cluster: 'sea',
  target: 'host:30080',
  incident: incident(more),
})

describe('changes as lines', () => {
  test('an incident opens with its verdict and its remedies', () => {
    const [first, ...rest] = createChangeTeller(PLAIN).lines(change('incident.opened'), false)
    expect(first).toMatch(
      /^\d\d:\d\d:\d\d\.000 {2}30080 {4}DARK: No pod on the mapped node \(externalTrafficPolicy: Local\) \[etp_local, proven\]\. It went dark at .*\. Service default\/web/,
    )
    expect(rest).toContain(incident().remedies[0]?.command)
  })

  test('a cause that was told before is not told with its remedies again', () => {
    const teller = createChangeTeller(PLAIN)
    teller.lines(change('incident.opened', { confidence: 'likely' }), false)
    expect(teller.lines(change('incident.updated'), false)).toEqual([
      expect.stringMatching(/now: No pod on the mapped node .* \[etp_local, proven\]$/),
    ])
    expect(teller.lines(change('incident.updated'), false)).toEqual([])
    expect(teller.lines(change('incident.updated', { cause: 'no_endpoints', summary: 'Gone.' }), false)[0]).toContain(
      'still dark, now: No ready pod [no_endpoints, proven]. Gone.',
    )
    expect(teller.lines(change('incident.updated'), false)).toHaveLength(1)
  })

  test('its end says for how long it was dark', () => {
    const [line] = createChangeTeller(PLAIN).lines(
      change('incident.closed', { darkUntil: NOON - 8600, closedAt: NOON }),
      false,
    )
    expect(line).toContain(
      'answers again after 3.4 s: No pod on the mapped node (externalTrafficPolicy: Local) [etp_local, proven]',
    )
  })

  test('a move names every port that it concerns', () => {
    expect(createChangeTeller(PLAIN).lines(MOVE, false)[0]).toMatch(
      /30080 30081 {2}Deployment default\/web moved from sea-worker to sea-worker2/,
    )
  })

  test('down is not said twice: the incident says it', () => {
    const state = {
      type: 'target.state',
      at: NOON,
      cluster: 'sea',
      target: 'host:30080',
      state: 'down',
      previous: 'up',
      symptom: 'silent',
      vantages: {},
    } as const
    expect(createChangeTeller(PLAIN).lines(state, false)).toEqual([])
  })
})
