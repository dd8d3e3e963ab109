import type { Fact, ObjectSnapshot, Observation } from '@portolan/core'

/** Every field is there, also those that may be missing or null, and every list has something in it. */
type Full<T> = T extends readonly (infer One)[]
  ? [Full<One>, ...Full<One>[]]
  : T extends object
    ? { [Key in keyof T]-?: Full<NonNullable<T[Key]>> }
    : T

/** Those of a union that may be of this kind. */
type OfKind<T extends { kind: string }, Kind> = T extends { kind: infer Own } ? (Kind extends Own ? T : never) : never

/** One of each kind: a type error where a new one is missing. */
type Each<T extends { kind: string }> = { [Kind in T['kind']]: Full<OfKind<T, Kind>>[] }

const identified = { namespace: 'n', name: 'n', uid: 'u', resourceVersion: 'v', createdAt: 1 }
const owner = { kind: 'Job', name: 'n', uid: 'u' }
const map = { k: 'v' }
const condition = { status: 'True', reason: 'r', message: 'm', since: 1 } as const
const expression = { key: 'k', operator: 'In', values: ['v'] } satisfies object
const selector: Full<{ matchLabels: Record<string, string>; matchExpressions: (typeof expression)[] }> = {
  matchLabels: map,
  matchExpressions: [{ ...expression, values: ['v'] }],
}

const placement: Full<OfKind<ObjectSnapshot, 'Pod'>['placement']> = {
  labels: map,
  hostNetwork: false,
  ports: [{ name: 'p', containerPort: 1, hostPort: 1, hostIP: 'i', protocol: 'TCP' }],
  nodeSelector: map,
  tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'e' }],
  requiredNodeTerms: [
    {
      matchExpressions: [{ ...expression, values: ['v'] }],
      matchFields: [{ ...expression, values: ['v'] }],
    },
  ],
  requests: { cpu: 1, memory: 1 },
  claims: ['c'],
  claimTemplates: ['c'],
  podRules: [{ kind: 'apart', topologyKey: 'k', selector, namespaces: ['n'], maxSkew: 0 }],
}

const hostRules: [Full<OfKind<ObjectSnapshot, 'Ingress'>['rules'][number]>] = [
  {
    host: 'h',
    path: '/p',
    pathType: 'Prefix',
    place: '/p',
    backend: { service: 's', port: 'p', namespace: 'n' },
    conditional: true,
  },
]
const gatewayRef = { namespace: 'n', name: 'n', listener: 'l', port: 1 }

const workload = (kind: OfKind<ObjectSnapshot, 'Deployment'>['kind']): Full<OfKind<ObjectSnapshot, 'Deployment'>> => ({
  ...identified,
  kind,
  owner,
  replicas: 1,
  readyReplicas: 1,
  template: placement,
  rollout: { surge: 1, unavailable: 0 },
  managedByHelm: false,
})

const OBJECTS: Each<ObjectSnapshot> = {
  Node: [
    {
      ...identified,
      kind: 'Node',
      labels: map,
      taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }],
      unschedulable: false,
      ready: condition,
      addresses: ['a'],
    },
  ],
  Pod: [
    {
      ...identified,
      kind: 'Pod',
      placement,
      node: 'n',
      owner,
      addresses: ['a'],
      phase: 'Running',
      ready: true,
      readySince: 1,
      unschedulable: condition,
      disruption: condition,
      deletedAt: 1,
      containers: [
        {
          name: 'c',
          ready: false,
          restartCount: 1,
          containerID: 'i',
          state: 'waiting',
          reason: 'r',
          message: 'm',
          exitCode: 1,
          since: 1,
        },
      ],
      probedPorts: [8080],
    },
  ],
  Service: [
    {
      ...identified,
      kind: 'Service',
      type: 'NodePort',
      selector: map,
      externalTrafficPolicy: 'Local',
      clusterIP: 'i',
      madeFor: 'n',
      publishNotReadyAddresses: false,
      balancerAddresses: ['b'],
      healthCheckNodePort: 31_000,
      externalAddresses: ['e'],
      ports: [{ name: 'p', port: 1, targetPort: 't', nodePort: 1, protocol: 'TCP', appProtocol: 'a' }],
      annotations: { 'portolan.dev/probe': 'a', k: 'v' },
      managedByHelm: false,
      families: ['IPv4'],
    },
  ],
  EndpointSlice: [
    {
      ...identified,
      kind: 'EndpointSlice',
      service: 's',
      byHand: true,
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['a'], node: 'n', pod: { name: 'p', uid: 'u' }, ready: true, serving: true, terminating: false },
      ],
      ports: [{ name: 'p', port: 1, protocol: 'TCP' }],
    },
  ],
  ReplicaSet: [workload('ReplicaSet')],
  Deployment: [workload('Deployment')],
  StatefulSet: [workload('StatefulSet')],
  DaemonSet: [workload('DaemonSet')],
  PersistentVolume: [
    {
      ...identified,
      kind: 'PersistentVolume',
      nodeTerms: [
        {
          matchExpressions: [{ key: 'k', operator: 'o', values: ['v'] }],
          matchFields: [{ key: 'k', operator: 'o', values: ['v'] }],
        },
      ],
    },
  ],
  PersistentVolumeClaim: [{ ...identified, kind: 'PersistentVolumeClaim', volume: 'v' }],
  Ingress: [
    {
      ...identified,
      kind: 'Ingress',
      className: 'c',
      rules: hostRules,
      tls: [{ hosts: ['h'], secretName: 's' }],
      addresses: ['a'],
      canary: true,
    },
  ],
  IngressClass: [{ ...identified, kind: 'IngressClass', controller: 'k8s.io/ingress-nginx', isDefault: true }],
  Gateway: [
    {
      ...identified,
      kind: 'Gateway',
      className: 'c',
      listeners: [
        { name: 'n', port: 1, protocol: 'HTTP', host: 'h', secret: { namespace: 'n', name: 's' }, takesOthers: true },
      ],
      accepted: condition,
      programmed: condition,
    },
  ],
  GatewayClass: [{ ...identified, kind: 'GatewayClass', controller: 'c', accepted: condition }],
  HTTPRoute: [
    {
      ...identified,
      kind: 'HTTPRoute',
      parents: [gatewayRef],
      rules: hostRules,
      statuses: [{ gateway: gatewayRef, accepted: condition, resolved: condition }],
    },
  ],
  IngressRoute: [{ ...identified, kind: 'IngressRoute', entryPoints: ['e'], rules: hostRules, secret: 's' }],
  GRPCRoute: [{ ...identified, kind: 'GRPCRoute', parents: [gatewayRef] }],
  TLSRoute: [{ ...identified, kind: 'TLSRoute', parents: [gatewayRef] }],
  TCPRoute: [{ ...identified, kind: 'TCPRoute', parents: [gatewayRef] }],
  NetworkPolicy: [
    {
      ...identified,
      kind: 'NetworkPolicy',
      pods: selector,
      ingress: [{ outsiders: false, blocks: [{ cidr: '10.0.0.0/8', except: ['10.0.0.0/9'] }], ports: ['p'] }],
    },
  ],
  Event: [
    {
      ...identified,
      kind: 'Event',
      regarding: { kind: 'Pod', namespace: 'n', name: 'n', uid: 'u' },
      type: 'Normal',
      reason: 'r',
      message: 'm',
      count: 1,
      at: 1,
    },
  ],
}

const objects = Object.values(OBJECTS).flat() as [Full<ObjectSnapshot>]
const binding = { listenAddress: 'a', hostPort: 1, containerPort: 1, protocol: 'tcp' } as const

const OBSERVED: Each<Observation> = {
  no_engine: [{ kind: 'no_engine' }],
  neighbours: [{ kind: 'neighbours', found: [{ address: 'a', machine: 'm' }] }],
  balancer: [
    {
      kind: 'balancer',
      name: 'n',
      program: 'nginx',
      ports: [{ containerPort: 1, protocol: 'tcp', backends: [{ node: 'n', healthy: true }] }],
    },
  ],
  outcome: [
    {
      kind: 'outcome',
      outcome: {
        target: 't',
        vantage: 'host/lan',
        startedAt: 1,
        durationMs: 1,
        symptom: 'ok',
        protocol: 'http',
        phases: { resolve: 1, connect: 1, tls: 1, write: 1, first_byte: 1, transfer: 1 },
        failedIn: 'tls',
        timeoutMs: 1,
        burst: false,
        status: 200,
        detail: 'd',
        excerpt: 'e',
        echo: { sent: 1, lost: 1, duplicated: 1, reordered: 1, keptSent: 1, keptLost: 1 },
        answer: { server: 's', location: 'l', body: 'b', certificate: { subject: 's', fits: false } },
        kept: 'ok',
        run: { count: 1, until: 1, durationsMs: [1] },
      },
    },
  ],
  protocol: [{ kind: 'protocol', identity: 'i', protocol: 'http', why: 'w' }],
  vantages: [{ kind: 'vantages', lan: 'l', loopback6: true, own: ['o'] }],
  engine: [
    {
      kind: 'engine',
      status: 'connected',
      engine: { kind: 'docker', version: 'v', operatingSystem: 'o', desktop: false, endpoint: 'e' },
    },
    { kind: 'engine', status: 'lost', reason: 'r' },
  ],
  containers: [
    {
      kind: 'containers',
      containers: [
        {
          id: 'i',
          name: 'n',
          role: 'worker',
          provider: 'kind',
          state: 'running',
          startedAt: 1,
          addresses: ['a'],
          bindings: [binding],
          wished: [binding],
          error: 'e',
          service: { namespace: 'n', name: 'n' },
        },
      ],
    },
  ],
  container: [{ kind: 'container', name: 'n', action: 'a', exitCode: 1 }],
  listed: [{ kind: 'listed', resource: 'pods', objects }],
  object: objects.map((object) => ({ kind: 'object', change: 'set', object })),
  watch: [{ kind: 'watch', resource: 'pods', status: 'lost', reason: 'r' }],
  gap: [{ kind: 'gap', scope: 'kube', from: 1, to: 1, reason: 'r' }],
  clock: [{ kind: 'clock', byMs: 1 }],
  agent: [{ kind: 'agent', node: 'n', address: 'a', echoPort: 1 }],
  tick: [{ kind: 'tick' }],
  witness: [{ kind: 'witness', way: 'pod-proxy', refused: 'r' }],
  rule: [
    {
      kind: 'rule',
      reading: {
        node: 'n',
        port: 1,
        protocol: 'tcp',
        family: 'IPv4',
        from: 1,
        to: 1,
        probes: 1,
        mode: 'iptables',
        rules: [
          {
            chain: 'c',
            verdict: 'drop',
            reason: 'without_local_endpoints',
            service: 's',
            packets: 1,
            to: [{ address: 'a', port: 1 }],
          },
        ],
        connections: { count: 1, most: 1 },
        unread: ['u'],
      },
    },
  ],
  resumed: [
    {
      kind: 'resumed',
      lastAt: 1,
      incidents: [
        {
          id: 'i',
          cluster: 'c',
          target: 't',
          cause: 'etp_local',
          confidence: 'proven',
          candidates: ['mtu'],
          summary: 's',
          evidence: [
            {
              kind: 'object',
              text: 't',
              at: 1,
              object: { kind: 'Pod', namespace: 'n', name: 'n', uid: 'u', resourceVersion: 'v' },
            },
          ],
          remedies: [{ text: 't', cost: 'c', command: 'c' }],
          node: 'n',
          neverAnswered: true,
          symptoms: { k: 'ok' },
          changedAt: 1,
          openedAt: 1,
          closedAt: 1,
          darkSince: 1,
          darkUntil: 1,
          ended: 'e',
          planned: false,
          trigger: { at: 1, text: 't' },
          later: [{ at: 1, text: 't' }],
          foundDarkAt: 1,
          routes: { count: 1, names: ['n'] },
          clockSetMs: 1,
        },
      ],
      awaited: ['s b'],
    },
  ],
}

/** A fact of every kind that holds every field that there is. */
export const EVERY_FACT: readonly Fact[] = Object.values(OBSERVED)
  .flat()
  .map((observed, index) => ({
    cluster: 'c',
    source: 's',
    boot: 'b',
    sequence: index + 1,
    at: 1,
    receivedAt: 1,
    observed: observed as Observation,
  }))
