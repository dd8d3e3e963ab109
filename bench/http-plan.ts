import type { ProbePlan } from '@portolan/core'

/** One of many plans that probe loopback servers in HTTP. @param ports of the servers, taken in turns */
export function httpPlan(index: number, ports: readonly number[], intervalMs: number): ProbePlan {
  return {
    id: `host:${index}`,
    target: `host:${index}`,
    vantage: 'host/lan',
    address: '127.0.0.1',
    port: ports[index % ports.length] as number,
    speech: { protocol: 'http', why: '', identity: 'bench' },
    intervalMs,
    timeoutMs: 2000,
  }
}
