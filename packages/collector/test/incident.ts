import type { Incident } from '@portolan/core'

/** An open one, changed as wanted. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'sea-30080-x',
    cluster: 'sea',
    target: 'host:30080',
    cause: 'etp_local',
    confidence: 'proven',
    candidates: [],
    summary: 'The pod sits on b, the port is mapped to a.',
    evidence: [],
    remedies: [
      { text: 'Let every node forward', command: 'kubectl --context=kind-sea --namespace=web patch service/web' },
    ],
    node: 'a',
    symptoms: {},
    changedAt: null,
    openedAt: 1_700_000_000_000,
    closedAt: null,
    darkSince: 1_700_000_000_000,
    darkUntil: null,
    planned: false,
    ...changes,
  }
}
