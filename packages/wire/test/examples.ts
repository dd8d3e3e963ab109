import type { Change, Epoch, Fact, Incident, TargetExplanation, TargetView } from '@portolan/core'

export const T0 = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

export const incident: Incident = {
  id: 'host:30080#1',
  cluster: 'dev',
  target: 'host:30080',
  cause: 'etp_local',
  confidence: 'proven',
  candidates: [],
  summary: 'host:30080 is dark: its pod moved to dev-worker2, the port is mapped to dev-worker.',
  evidence: [
    { kind: 'probe', text: 'no byte in 200 ms', at: T0 },
    {
      kind: 'object',
      text: 'externalTrafficPolicy is Local',
      at: T0,
      object: { kind: 'Service', namespace: 'web', name: 'traefik', uid: 'u1', resourceVersion: '42' },
    },
  ],
  remedies: [{ text: 'Let every node forward', cost: 'hides the client', command: 'kubectl --context=kind-dev ...' }],
  node: 'dev-worker',
  symptoms: { 'host/loopback4': 'silent' },
  changedAt: T0 - 300,
  openedAt: T0,
  closedAt: null,
  darkSince: T0 - 100,
  darkUntil: null,
  planned: false,
}

export const target: TargetView = {
  id: 'host:30080',
  cluster: 'dev',
  entry: 'hostPort',
  hostPort: 30080,
  protocol: 'tcp',
  listenAddresses: ['0.0.0.0'],
  node: 'dev-worker',
  containerPort: 30080,
  route: 'nodePort',
  service: 'web/traefik',
  workload: 'Deployment/web/traefik',
  state: 'down',
  since: T0,
  cause: 'etp_local',
  symptom: 'silent',
  vantages: [
    {
      vantage: 'host/loopback4',
      target: 'host:30080',
      address: '127.0.0.1',
      port: 30080,
      decides: true,
      why: 'the port listens on 0.0.0.0',
      symptom: 'silent',
      at: T0,
      durationMs: 1000.5,
      detail: null,
    },
  ],
  answered: 7,
  attempts: 9,
  pods: [{ name: 'traefik-1', node: 'dev-worker2', serves: true }],
  expectedUp: false,
  darkProbability: 0.5,
  spoken: { protocol: 'http', why: "the Service's port is named http" },
  transitions: 1,
  degraded: null,
  note: null,
  lastOkAt: null,
  incident: incident.id,
  routes: [],
}

export const epoch: Epoch = {
  id: `host:30080#${T0}`,
  cluster: 'dev',
  target: 'host:30080',
  startedAt: T0,
  endedAt: null,
  mappedNode: 'dev-worker',
  podNodes: ['dev-worker2'],
  expectedUp: false,
  answered: 0,
  failed: 4,
}

export const explanation: TargetExplanation = {
  routes: [],
  target,
  hops: [{ name: 'host port', state: 'green', text: '0.0.0.0:30080', at: T0 }],
  incident,
  ruledOut: [{ cause: 'node_down', because: 'dev-worker is Ready' }],
  epochs: [epoch],
  foreseen: {
    verdict: 'may_go_dark',
    darkProbability: 0.5,
    cause: 'etp_local',
    summary: '1 pod may land on dev-worker and dev-worker2; only a pod on dev-worker answers.',
    eligibleNodes: ['dev-worker', 'dev-worker2'],
    assumption: 'uniform placement over the eligible nodes',
    remedies: [{ text: 'Let every node forward', command: 'kubectl --context=kind-dev ...' }],
  },
}

const said = { at: T0, cluster: 'dev', target: 'host:30080' }

export const changes: Change[] = [
  { ...said, type: 'target.state', state: 'down', previous: 'up', symptom: 'silent', vantages: incident.symptoms },
  {
    ...said,
    type: 'placement.changed',
    targets: ['host:30080'],
    workload: 'Deployment/web/traefik',
    kind: 'rescheduled',
    reason: 'drain',
    from: ['dev-worker'],
    to: ['dev-worker2'],
  },
  { ...said, type: 'incident.opened', incident },
  { ...said, type: 'incident.closed', incident: { ...incident, closedAt: T0 + 2000, darkUntil: T0 + 1900 } },
  { at: T0, cluster: 'dev', type: 'gap', from: T0 - 5000, to: T0, reason: 'Portolan was not running' },
]

export const fact: Fact = {
  cluster: 'dev',
  source: 'prober',
  boot: 'b1',
  sequence: 1,
  at: T0,
  receivedAt: T0 + 1,
  observed: { kind: 'vantages', lan: null, loopback6: true },
}
