import { describe, expect, test } from '@jest/globals'
import type { Epoch, TargetExplanation } from '@portolan/core'
import { explanationLines } from '../../src/render/explanation.ts'
import { PLAIN } from '../../src/render/style.ts'
import { darkTarget, NOON, target } from '../views.ts'

const FORESEEN: TargetExplanation['foreseen'] = {
  verdict: 'may_go_dark',
  darkProbability: 0.5,
  cause: 'etp_local',
  summary: '1 pod may land on a and b; only a pod on a answers.',
  eligibleNodes: ['a', 'b'],
  assumption: 'uniform placement over the eligible nodes',
  remedies: [{ text: 'Let every node forward', command: 'kubectl --context=kind-sea patch' }],
}

function told(of: TargetExplanation['target'], epochs: Epoch[] = []): string {
  const explanation = { target: of, hops: [], incident: null, ruledOut: [], epochs, foreseen: FORESEEN, routes: [] }
  return explanationLines(explanation, { now: NOON, width: 100, style: PLAIN }).join('\n')
}

test('the state is said with how long it lasts', () => {
  expect(told(darkTarget(30080, { since: NOON - 28_000 }))).toMatch(/^✗ sea\/30080 has been dark for 28 s\n/)
})

describe('what the next reschedule makes of a port', () => {
  test('is told where it is green by luck, with the fix', () => {
    expect(told(target(30080, { darkProbability: 0.5 }))).toMatch(
      /At risk\n.* 50 % of cases, assuming uniform[^]*only a pod on a answers[^]*\nkubectl --context=kind-sea patch/,
    )
  })

  test.each([
    ['it is fine', target(30080, { darkProbability: 0 })],
    ['it is dark now, of which the incident tells', darkTarget(30080, { darkProbability: 0.5 })],
  ])('is left out where %s', (_, of) => {
    expect(told(of)).not.toContain('luck')
  })
})

describe('what the placements together show', () => {
  const flapping = target(30080, { state: 'flapping' })
  const mappedNode = flapping.node
  const placed = (podNode: string, answered: number, failed: number): Epoch => ({
    id: 'one',
    cluster: flapping.cluster,
    target: flapping.id,
    startedAt: NOON,
    endedAt: NOON,
    mappedNode,
    podNodes: [podNode],
    expectedUp: null,
    answered,
    failed,
  })
  const here = (answered: number, failed: number) => placed(mappedNode, answered, failed)
  const elsewhere = (answered: number, failed: number) => placed('elsewhere', answered, failed)

  test('is told with how sure it is, and makes the flapping a matter of placement', () => {
    const seen = [here(9, 0), elsewhere(0, 9), here(9, 0), elsewhere(0, 9), here(9, 0), elsewhere(0, 9)]
    const text = told(flapping, seen).replaceAll(/\s+/g, ' ')
    expect(text).toMatch(/Together: reachable in 3 of 3 placements on .* less than once in 20 times\)\./)
    expect(text).toContain('It flaps because its pods move')
  })

  test('one kind of placement alone is compared with nothing; failures within it are not its place', () => {
    const text = told(flapping, [here(5, 5), here(6, 4)])
    expect(text).not.toContain('Together')
    expect(text).toContain('It flaps while nothing moves')
  })
})
