import type { Outcome, ProbePlan, Speech } from '@portolan/core'

export function speech(fields: Partial<Speech> = {}): Speech {
  return { protocol: 'auto', why: 'found out by trying', identity: 'service/1', ...fields }
}

export function plan(id: string, fields: Partial<ProbePlan> = {}): ProbePlan {
  return {
    id: `${id}@host/loopback4`,
    target: id,
    vantage: 'host/loopback4',
    address: '127.0.0.1',
    port: 30080,
    speech: speech({ protocol: 'http' }),
    intervalMs: 1000,
    timeoutMs: 2000,
    ...fields,
  }
}

export function outcome(fields: Partial<Outcome> = {}): Outcome {
  return {
    target: 'host:30080',
    vantage: 'host/loopback4',
    startedAt: 0,
    durationMs: 5,
    symptom: 'ok',
    protocol: 'http',
    phases: {},
    timeoutMs: 2000,
    burst: false,
    ...fields,
  }
}
