import type { Observation, Outcome, ProbePlan } from '@portolan/core'

/** As an agent tells the probes of one second: `symptom` of a NodePort on another node. */
export function outcome(fields: Partial<Outcome> = {}): Observation {
  return {
    kind: 'outcome',
    outcome: {
      target: 'node:kind-worker2:30080',
      vantage: 'node/kind-worker',
      startedAt: 1_700_000_000_000,
      durationMs: 1.234,
      symptom: 'ok',
      protocol: 'http',
      phases: { connect: 0.312, write: 0.101, first_byte: 0.821 },
      timeoutMs: 2000,
      burst: false,
      status: 200,
      ...fields,
    },
  }
}

export const AGENT: Observation = { kind: 'agent', node: 'kind-worker', address: '172.18.0.3', echoPort: 9466 }

/** One that can be done. */
export function plan(fields: Partial<ProbePlan> = {}): ProbePlan {
  return {
    id: 'peer:b@node/a',
    target: 'peer:b',
    vantage: 'node/a',
    address: '172.18.0.3',
    port: 9466,
    speech: { protocol: 'echo', why: 'agents echo', identity: 'peer:b' },
    intervalMs: 2000,
    timeoutMs: 2000,
    ...fields,
  }
}
