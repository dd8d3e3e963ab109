import type { Change, Incident, RouteView, TargetView } from '@portolan/core'

export const NOON = Date.parse('2026-03-01T12:00:00.000Z')

export function target(hostPort: number, more: Partial<TargetView> = {}): TargetView {
  return {
    id: `host:${hostPort}`,
    cluster: 'sea',
    entry: 'hostPort',
    hostPort,
    protocol: 'tcp',
    listenAddresses: ['0.0.0.0'],
    node: 'sea-worker',
    containerPort: 30080,
    route: 'nodePort',
    service: 'default/web',
    workload: 'Deployment/default/web',
    state: 'up',
    since: NOON - 120_000,
    cause: null,
    symptom: 'ok',
    vantages: [],
    answered: 120,
    attempts: 120,
    pods: [{ name: 'web-1', node: 'sea-worker', serves: true }],
    expectedUp: true,
    darkProbability: 0,
    spoken: { protocol: 'http', why: 'found out by trying' },
    transitions: 0,
    degraded: null,
    note: null,
    lastOkAt: NOON,
    incident: null,
    routes: [],
    ...more,
  }
}

export function route(name: string, more: Partial<RouteView> = {}): RouteView {
  return {
    id: `route:80/${name}`,
    cluster: 'sea',
    name,
    port: 'host:80',
    host: name.split('/')[0] ?? '',
    path: '/',
    protocol: 'http',
    className: 'nginx',
    claimedBy: ['Ingress default/shop'],
    service: 'default/shop:80',
    state: 'up',
    since: NOON,
    cause: null,
    status: 200,
    symptom: 'ok',
    at: NOON,
    degraded: null,
    note: null,
    incident: null,
    ...more,
  }
}

export function darkTarget(hostPort: number, more: Partial<TargetView> = {}): TargetView {
  return target(hostPort, {
    state: 'down',
    cause: 'etp_local',
    since: NOON - 12_000,
    answered: 100,
    pods: [{ name: 'web-2', node: 'sea-worker2', serves: true }],
    ...more,
  })
}

export function incident(more: Partial<Incident> = {}): Incident {
  return {
    id: 'sea-30080-abc',
    cluster: 'sea',
    target: 'host:30080',
    cause: 'etp_local',
    confidence: 'proven',
    candidates: [],
    summary:
      'Service default/web has externalTrafficPolicy Local and its only pod is on sea-worker2, but the port is mapped to sea-worker, which drops the packets.',
    evidence: [
      { kind: 'object', text: 'Service default/web: externalTrafficPolicy is Local', at: NOON },
      { kind: 'probe', text: 'host/loopback4 127.0.0.1:30080: silent', at: NOON },
    ],
    remedies: [
      {
        text: 'Let every node forward',
        cost: 'the client address is hidden',
        command: `kubectl --context=kind-sea --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
      },
      { text: 'Keep the pods on sea-worker' },
    ],
    node: 'sea-worker',
    symptoms: { 'host/loopback4': 'silent' },
    changedAt: NOON - 12_300,
    trigger: {
      at: NOON - 12_400,
      text: 'Deployment default/web moved from sea-worker to sea-worker2 (drain of sea-worker)',
    },
    openedAt: NOON - 11_800,
    closedAt: null,
    darkSince: NOON - 12_000,
    darkUntil: null,
    planned: false,
    ...more,
  }
}

export const MOVE: Extract<Change, { type: 'placement.changed' }> = {
  type: 'placement.changed',
  at: NOON - 12_400,
  cluster: 'sea',
  target: 'host:30080',
  targets: ['host:30080', 'host:30081'],
  workload: 'Deployment/default/web',
  kind: 'rescheduled',
  reason: 'drain of sea-worker',
  from: ['sea-worker'],
  to: ['sea-worker2'],
}
