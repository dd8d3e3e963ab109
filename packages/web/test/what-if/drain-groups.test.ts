import { expect, test } from '@jest/globals'
import type { DrainedPort } from '@portolan/core'
import { byFate, summaryOf } from '../../page/what-if/drain-groups.ts'

/** A port that keeps answering; what matters to a test is said by it. */
function port(more: Partial<DrainedPort> = {}): DrainedPort {
  return { answersNow: true, darkUntil: null, darkProbability: 0, verdict: 'fine', ...more } as DrainedPort
}

const dark = port({ darkUntil: 'mended', darkProbability: 1, verdict: 'may_go_dark' })
const maybe = port({ darkUntil: 'mended', darkProbability: 0.5, verdict: 'may_go_dark' })
const gap = port({ darkUntil: 'ready', darkProbability: 1, verdict: 'may_go_dark' })
const unknown = port({ verdict: 'unknown', darkProbability: null })
const still = port({ answersNow: false })

test.each([
  ['all of them', [port(), port()], 'All 2 ports keep answering'],
  ['the only one', [port()], 'The port keeps answering'],
  ['none at all', [], 'No host port is mapped into this cluster'],
  [
    'one of each',
    [dark, maybe, gap, unknown, still, port()],
    '1 of 6 ports goes dark; 1 may go dark; 1 is dark until a new pod is ready; 1 cannot be known; 1 has no pod that answers now; 1 keeps answering',
  ],
  ['several', [dark, dark, port(), port()], '2 of 4 ports go dark; 2 keep answering'],
])('what happens to %s is one sentence', (_, ports, sentence) => {
  expect(summaryOf(ports)).toBe(sentence)
})

test('no port is left out', () => {
  const ports = [dark, maybe, gap, unknown, still, port()]
  expect(Object.values(byFate(ports)).flat()).toEqual(ports)
})
