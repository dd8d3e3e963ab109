import { expect, test } from '@jest/globals'
import type { Observation, ProbePlan } from '@portolan/core'
import { createStanding } from '../src/standing.ts'

const vantages = (lan: string | null): Observation => ({ kind: 'vantages', lan, loopback6: false })
const protocol = (identity: string, spoken: 'http' | 'tcp'): Observation => ({
  kind: 'protocol',
  identity,
  protocol: spoken,
  why: 'it answered',
})
const balancer = (name: string): Observation => ({ kind: 'balancer', name, program: 'nginx', ports: [] })
const lost: Observation = { kind: 'engine', status: 'lost', reason: 'it is gone' }
const none: Observation = { kind: 'containers', containers: [] }

test.each<[string, Observation[], Observation[]]>([
  ['nothing yet', [], []],
  ['each kind once', [vantages('10.0.0.1'), lost, none], [vantages('10.0.0.1'), lost, none]],
  ['the latest of each', [vantages('10.0.0.1'), lost, vantages(null)], [vantages(null), lost]],
  [
    'one protocol for each that speaks',
    [protocol('a', 'http'), protocol('b', 'tcp'), protocol('a', 'tcp')],
    [protocol('a', 'tcp'), protocol('b', 'tcp')],
  ],
  ['each balancer, until its container is gone', [balancer('a'), balancer('b')], [balancer('a'), balancer('b')]],
  ['no balancer whose container is gone', [balancer('a'), none], [none]],
  [
    'nothing of what only happened',
    [
      { kind: 'container', name: 'sea-worker', action: 'die', exitCode: 137 },
      { kind: 'gap', scope: 'prober', from: 1, to: 2, reason: 'it slept' },
    ],
    [],
  ],
])('what stands is %s', (_, said, expected) => {
  const standing = createStanding()
  for (const observed of said) standing.take(observed)
  expect(standing.all()).toEqual(expected)
})

test('of an agent it stands where it is; what is not looked at any more is forgotten', () => {
  const agent: Observation = { kind: 'agent', node: 'a', address: '172.18.0.2', echoPort: 9466 }
  const standing = createStanding()
  for (const observed of [agent, protocol('a', 'http'), protocol('b', 'tcp')]) standing.take(observed)
  standing.keep({ plans: [{ speech: { identity: 'b' } } as ProbePlan], peers: [] })
  expect(standing.all()).toEqual([agent, protocol('b', 'tcp')])
})
