import { describe, expect, test } from '@jest/globals'
import type { TargetExplanation } from '@portolan/core'
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
  remedies: [{ text: 'Let every node forward', command: 'kubectl --context kind-sea patch' }],
}

function told(of: TargetExplanation['target']): string {
  const explanation = { target: of, hops: [], incident: null, ruledOut: [], epochs: [], foreseen: FORESEEN }
  return explanationLines(explanation, { now: NOON, width: 100, style: PLAIN }).join('\n')
}

describe('what the next reschedule makes of a port', () => {
  test('is told where it is green by luck, with the fix', () => {
    expect(told(target(30080, { darkProbability: 0.5 }))).toMatch(
      /Green by luck\n.* 50 % of cases, assuming uniform[^]*only a pod on a answers[^]*\nkubectl --context kind-sea patch/,
    )
  })

  test.each([
    ['it is fine', target(30080, { darkProbability: 0 })],
    ['it is dark now, of which the incident tells', darkTarget(30080, { darkProbability: 0.5 })],
  ])('is left out where %s', (_, of) => {
    expect(told(of)).not.toContain('luck')
  })
})
