import { describe, expect, test } from '@jest/globals'
import type { Incident } from '@portolan/core'
import { incidentStory } from '../../src/render/incident.ts'
import { PLAIN } from '../../src/render/style.ts'
import { incident, NOON } from '../views.ts'

const tell = (width: number, more: Partial<Incident> = {}) =>
  incidentStory(incident(more), { now: NOON, width, style: PLAIN, several: false })

describe('an incident told', () => {
  test('says what is dark, after what, why, and what was seen', () => {
    const [title, onset, verdict, seen] = tell(500)
    expect(title).toBe(
      '30080 has been dark for 12 s: No pod on the mapped node (externalTrafficPolicy: Local) [etp_local, proven]',
    )
    expect(onset).toMatch(
      /400 ms after Deployment default\/web moved from sea-worker to sea-worker2 \(drain of sea-worker\)\.$/,
    )
    expect(verdict).toMatch(/only pod is on sea-worker2, but the port is mapped to sea-worker/)
    expect(seen).toMatch(/Seen: host\/loopback4 127\.0\.0\.1:30080: silent\./)
  })

  test('lists the moves that followed, and how many more there were', () => {
    const later = [1, 2, 3, 4, 5].map((n) => ({ at: NOON - 6000 + 1000 * n, text: `move ${n}` }))
    expect(tell(500, { later })[2]).toMatch(
      /^ {2}Then: move 1 at [\d:]+; move 2 at [\d:]+; move 3 at [\d:]+; and 2 more\.$/,
    )
  })

  test('of a port that was dark before it was watched it does not say when it went dark', () => {
    expect(tell(500, { foundDarkAt: NOON - 12_100 })[1]).toMatch(
      /^ {2}It was dark already when watching began at [\d:]+\.$/,
    )
  })

  test('wraps at 80 columns, but never a command, which stands alone and unindented', () => {
    const lines = tell(80)
    const commands = lines.filter((line) => line.startsWith('kubectl'))
    expect(commands).toEqual([incident().remedies[0]?.command])
    for (const line of lines) if (!line.startsWith('kubectl')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('once it is over it says for how long it was dark, and no fix', () => {
    const text = tell(500, { closedAt: NOON, darkUntil: NOON - 1000 }).join('\n')
    expect(text).toMatch(/was dark for 11 s until/)
    expect(text).not.toContain('Fix:')
  })

  test('what cannot be told apart is named', () => {
    expect(tell(500, { cause: 'cross_node', confidence: 'ambiguous', candidates: ['kube_proxy_stale'] })[0]).toContain(
      'cross_node or kube_proxy_stale',
    )
  })
})
