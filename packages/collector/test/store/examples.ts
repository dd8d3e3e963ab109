import type { Change, Epoch, Fact, Incident, RouteView } from '@portolan/core'

export const T0 = 1_700_000_000_000

export function fact(sequence: number, more: Partial<Fact> = {}): Fact {
  const observed = { kind: 'vantages', lan: null, loopback6: false } as const
  return { cluster: 'dev', source: 'prober', boot: 'b', sequence, at: T0, receivedAt: T0 + sequence, observed, ...more }
}

export function incident(id: string, more: Partial<Incident> = {}): Incident {
  return {
    id,
    cluster: 'dev',
    target: 'host:30080',
    cause: 'etp_local',
    confidence: 'proven',
    candidates: [],
    summary: 'dark',
    evidence: [],
    remedies: [],
    node: 'a',
    symptoms: { 'host/loopback4': 'silent' },
    changedAt: null,
    openedAt: T0,
    closedAt: null,
    darkSince: T0,
    darkUntil: null,
    planned: false,
    ...more,
  }
}

/** A route that no port leads to. */
export function routeView(): RouteView {
  return {
    id: 'route:-/shop.localhost/',
    cluster: 'dev',
    name: 'shop.localhost/',
    port: null,
    host: 'shop.localhost',
    path: '/',
    protocol: null,
    className: 'nginx',
    claimedBy: ['Ingress default/shop'],
    service: 'default/shop:80',
    state: 'unknown',
    since: T0,
    cause: null,
    status: null,
    symptom: null,
    at: null,
    degraded: null,
    note: 'no mapped port leads to the edge proxy of class nginx',
    incident: null,
  }
}

export function epoch(id: string, more: Partial<Epoch> = {}): Epoch {
  return {
    id,
    cluster: 'dev',
    target: 'host:30080',
    startedAt: T0,
    endedAt: null,
    mappedNode: 'a',
    podNodes: ['b'],
    expectedUp: false,
    answered: 0,
    failed: 0,
    ...more,
  }
}

export function stateChange(at: number, target = 'host:30080', cluster = 'dev'): Change {
  return { type: 'target.state', at, cluster, target, state: 'down', previous: 'up', symptom: 'silent', vantages: {} }
}

export function placementChange(at: number, targets: string[]): Change {
  return {
    type: 'placement.changed',
    at,
    cluster: 'dev',
    target: targets[0] ?? '',
    targets,
    workload: 'Deployment/web/traefik',
    kind: 'rescheduled',
    reason: 'deleted',
    from: ['a'],
    to: ['b'],
  }
}

export function gap(at: number): Change {
  return { type: 'gap', at, cluster: 'dev', from: at - 1000, to: at, reason: 'asleep' }
}
