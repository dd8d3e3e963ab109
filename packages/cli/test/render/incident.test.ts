import { describe, expect, test } from '@jest/globals'
import { incidentStory } from '../../src/render/incident.ts'
import { PLAIN } from '../../src/render/style.ts'
import { incident, MOVE, NOON } from '../views.ts'

const tell = (width: number, more = {}, move: typeof MOVE | null = MOVE) =>
  incidentStory(incident(more), { now: NOON, width, style: PLAIN, move, several: false })

describe('an incident told', () => {
  test('says what is dark, why, after what, and what was seen', () => {
    const text = tell(500).join('\n')
    expect(text).toMatch(/^30080 has been dark for 12 s: etp_local, proven\n/)
    expect(text).toMatch(/only pod is on sea-worker2, but the port is mapped to sea-worker/)
    expect(text).toMatch(
      /400 ms after Deployment default\/web was rescheduled from sea-worker to sea-worker2 \(drain of sea-worker\)/,
    )
    expect(text).toMatch(/Seen: host\/loopback4 127\.0\.0\.1:30080: silent\./)
  })

  test('wraps at 80 columns, but never a command, which stands alone and unindented', () => {
    const lines = tell(80)
    const commands = lines.filter((line) => line.startsWith('kubectl'))
    expect(commands).toEqual([incident().remedies[0]?.command])
    for (const line of lines) if (!line.startsWith('kubectl')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('a move long before says nothing about it', () => {
    expect(tell(500, {}, { ...MOVE, at: NOON - 600_000 }).join('\n')).not.toContain('rescheduled')
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
