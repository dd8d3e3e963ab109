import type { IncidentDocument } from '../page/documents.ts'

/** An outage that is over; what matters to a test is said by it. */
export function incident(more: Partial<IncidentDocument> = {}): IncidentDocument {
  return {
    id: 'dev-30080-1',
    cluster: 'dev',
    target: 'host:30080',
    state: 'closed',
    cause: 'etp_local',
    confidence: 'proven',
    candidates: [],
    summary: 'Its only pod is on worker2.',
    evidence: [],
    remedies: [],
    node: 'dev-worker',
    vantages: {},
    planned: false,
    changedAt: null,
    trigger: null,
    later: [],
    foundDarkAt: null,
    neverAnswered: false,
    openedAt: '2026-01-01T00:00:00.200Z',
    closedAt: '2026-01-01T00:00:05.000Z',
    darkSince: '2026-01-01T00:00:00.000Z',
    darkUntil: '2026-01-01T00:00:05.000Z',
    darkSeconds: 5,
    ...more,
  }
}
