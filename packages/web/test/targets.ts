import type { TargetDocument } from '../page/documents.ts'

/** A port that answers; what matters to a test is said by it. */
export function target(hostPort: number, more: Partial<TargetDocument> = {}): TargetDocument {
  return {
    id: `host:${hostPort}`,
    cluster: 'dev',
    hostPort,
    protocol: 'tcp',
    listenAddresses: ['127.0.0.1'],
    node: 'dev-worker',
    containerPort: hostPort,
    route: 'nodePort',
    service: 'default/web',
    workload: 'Deployment/default/web',
    state: 'up',
    since: '2026-01-01T00:00:00.000Z',
    cause: null,
    symptom: 'ok',
    vantages: [],
    answered: 1,
    attempts: 1,
    pods: [{ name: 'web-1', node: 'dev-worker', serves: true }],
    expectedUp: true,
    spoken: { protocol: 'http', why: '' },
    transitions: 0,
    degraded: null,
    note: null,
    lastOkAt: null,
    incident: null,
    silenced: false,
    darkProbability: null,
    routes: [],
    ...more,
  } as TargetDocument
}
