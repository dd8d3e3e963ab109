import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Cause,
  explainTarget,
  type ObjectSnapshot,
  openIncidents,
  readTarget,
  type Symptom,
} from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, service, slice, START, withHostPort } from '../builders.ts'
import { ALL_OK, createKnownWorld, type World } from '../world.ts'
import { NODES, POD, PORT, see, SERVICE } from './scene.ts'

const system = (name: string): ObjectSnapshot =>
  deployment({ kind: 'DaemonSet', namespace: 'kube-system', name, uid: name, template: placement({ labels: {} }) })
const kubeProxy = (on: string) =>
  pod(`kube-proxy-${on}`, on, {
    namespace: 'kube-system',
    placement: placement({ labels: { 'k8s-app': 'kube-proxy' }, hostNetwork: true, ports: [] }),
    owner: null,
  })
const policy: ObjectSnapshot = {
  kind: 'NetworkPolicy',
  namespace: 'default',
  name: 'isolate',
  uid: 'policy',
  resourceVersion: '1',
  createdAt: START - 3_600_000,
  pods: { matchLabels: { app: 'web' }, matchExpressions: [] },
  ingress: [{ outsiders: false, ports: [] }],
}

interface Given {
  route: 'Local' | 'Cluster' | 'host port'
  on: 'a' | 'b'
  agents: boolean
  /** It answered before; and then its Service led to another port. */
  before: 'never' | 'answered' | 'answered at another port'
  kindnet: boolean
  policy: boolean
  kubeProxies: boolean
  host: Record<'loopback4' | 'lan' | 'node-address', Symptom>
  witness: Symptom
  inside: { own: Symptom; mapped: Symptom; others: Symptom; service: Symptom; door: Symptom }
}

const LOSSES = ['silent', 'connect_timeout', 'closed', 'reset', 'refused', 'tls_error'] as const
const seen = fc.constantFrom<Symptom>('ok', ...LOSSES)
const dark = fc.constantFrom<Symptom>(...LOSSES)
const given: fc.Arbitrary<Given> = fc.record({
  route: fc.constantFrom('Local' as const, 'Cluster' as const, 'host port' as const),
  on: fc.constantFrom('a' as const, 'b' as const),
  agents: fc.boolean(),
  before: fc.constantFrom('never' as const, 'answered' as const, 'answered at another port' as const),
  kindnet: fc.boolean(),
  policy: fc.boolean(),
  kubeProxies: fc.boolean(),
  host: fc.oneof(
    fc.record({ loopback4: dark, lan: seen, 'node-address': seen }),
    dark.map((one) => ({ loopback4: one, lan: one, 'node-address': one })),
    fc.constant({ loopback4: 'silent', lan: 'connect_timeout', 'node-address': 'connect_timeout' } as const),
    fc.constant({ loopback4: 'closed', lan: 'refused', 'node-address': 'refused' } as const),
  ),
  witness: seen,
  inside: fc.record({ own: seen, mapped: seen, others: seen, service: seen, door: seen }),
})

function worldOf({ route, on, before, inside, ...given }: Given): World {
  const template = route === 'host port' ? withHostPort(30080) : placement()
  const only = pod('web-1', on, { readySince: START - 600_000, placement: template })
  const web = (targetPort: string) => [
    service({
      externalTrafficPolicy: route === 'Local' ? 'Local' : 'Cluster',
      clusterIP: '10.96.0.7',
      ports: service().ports.map((port) => ({ ...port, targetPort })),
    }),
    slice([only], { ports: [{ name: 'http', port: Number(targetPort), protocol: 'TCP' }] }),
  ]
  const isMoved = route !== 'host port' && before === 'answered at another port'
  const world = createKnownWorld([
    deployment({ template }),
    replicaSet('1', { template }),
    only,
    ...(route === 'host port' ? [] : web(isMoved ? '9090' : '8080')),
    ...(given.kindnet ? [system('kindnet')] : []),
    ...(given.policy ? [policy] : []),
    ...(given.kubeProxies ? NODES.map(kubeProxy) : []),
  ])
  if (given.agents) {
    world.agents(...NODES)
    world.pass(1100)
  }
  if (before !== 'never') {
    world.pass(10_000)
    world.probe(PORT, ALL_OK)
  }
  if (isMoved) {
    world.set(...web('8080'))
    world.pass(100)
    world.probe(PORT, ALL_OK)
    world.pass(6000)
  }
  const from = (node: string) => (node === on ? inside.own : node === 'a' ? inside.mapped : inside.others)
  return see(world, given.host, {
    witnesses: on === 'b' ? { 'node:b:30080': given.witness } : {},
    inside: given.agents
      ? {
          ...Object.fromEntries(NODES.map((node) => [`${POD}@node/${node}`, from(node)])),
          ...Object.fromEntries(['b', 'c', 'cp'].map((node) => [`node:a:30080@node/${node}`, inside.door])),
          [`${SERVICE}@node/a`]: inside.service,
        }
      : {},
  })
}

/** What a vantage of the port cannot see where this is the cause, whatever else is so. */
const NEVER_SHOWN: Partial<Record<Cause, readonly Symptom[]>> = {
  app_slow: ['closed', 'reset', 'refused', 'tls_error'],
  cross_node: ['closed', 'reset', 'refused', 'tls_error'],
  node_name_mismatch: ['closed', 'reset', 'refused', 'tls_error'],
  mtu: ['connect_timeout', 'closed', 'reset', 'refused', 'tls_error'],
  app_loopback: ['silent', 'connect_timeout', 'tls_error'],
  target_port_wrong: ['silent', 'connect_timeout', 'tls_error'],
  hostport_unsupported: ['silent', 'connect_timeout', 'tls_error'],
  protocol_mismatch: ['refused', 'connect_timeout'],
  kube_proxy_stale: ['tls_error'],
  rules_not_programmed: ['tls_error'],
}
/** Whatever of the cluster fails, fails at each vantage of the port. */
const BEHIND_THE_NODE = new Set<Cause>([...(Object.keys(NEVER_SHOWN) as Cause[]), 'network_policy'])
const BY_NODE_PORT: readonly Cause[] = [
  'kube_proxy_stale',
  'rules_not_programmed',
  'node_name_mismatch',
  'cross_node',
  'mtu',
]

function faultsOf(
  cause: Cause,
  { route, on, agents, kindnet, policy: isPolicy, inside }: Given,
  world: World,
): string[] {
  const symptoms = (readTarget(world.state, PORT)?.vantages ?? []).flatMap(({ decides, symptom }) =>
    decides && symptom !== null ? [symptom] : [],
  )
  const fault = (is: boolean, text: string) => (is ? [`${cause}: ${text}`] : [])
  return [
    ...fault(
      symptoms.some((one) => NEVER_SHOWN[cause]?.includes(one)),
      'cannot show these symptoms',
    ),
    ...fault(BEHIND_THE_NODE.has(cause) && symptoms.includes('ok'), 'a vantage of the port answers'),
    ...fault(BY_NODE_PORT.includes(cause) && route === 'host port', 'no Service is on the path'),
    ...fault(cause === 'hostport_unsupported' && route !== 'host port', 'no host port is on the way'),
    ...fault(
      cause === 'node_name_mismatch' && (route !== 'Local' || on !== 'a'),
      'needs policy Local and its pod there',
    ),
    ...fault(
      (cause === 'cross_node' || cause === 'mtu') && (route !== 'Cluster' || on === 'a'),
      'no other node is on the way',
    ),
    ...fault(cause === 'network_policy' && kindnet && !isPolicy, 'there is no policy'),
    ...fault(
      cause === 'network_policy' &&
        (kindnet || !isPolicy) &&
        symptoms.some((one) => ['refused', 'closed', 'reset'].includes(one)),
      'drops, and does not refuse',
    ),
    ...fault(
      agents &&
        inside.door === 'ok' &&
        BEHIND_THE_NODE.has(cause) &&
        !(cause === 'network_policy' && route !== 'Cluster'),
      'other nodes are answered at the mapped node',
    ),
    ...fault(
      agents && inside.own === 'ok' && ['app_slow', 'app_loopback', 'target_port_wrong'].includes(cause),
      'the pod answers',
    ),
  ]
}

const answersNow = ({ host, witness }: Given) => [...Object.values(host), witness].includes('ok')

test('no verdict, and no candidate, is against what was seen; nothing is both said and ruled out', () => {
  fc.assert(
    fc.property(given, (one) => {
      const world = worldOf(one)
      const [incident] = openIncidents(world.state)
      const explained = explainTarget(world.state, PORT, world.now)
      if (incident === undefined) return
      const said = [incident.cause, ...incident.candidates]
      expect(said.flatMap((cause) => faultsOf(cause, one, world))).toEqual([])
      expect(new Set(said).size).toBe(said.length)
      const ruledOut = explained?.ruledOut ?? []
      expect(ruledOut.filter(({ cause }) => said.includes(cause))).toEqual([])
      if (incident.cause === 'unproven')
        expect(ruledOut.map(({ because }) => because)).not.toContain('another cause explains more')
      if (one.before === 'answered at another port' && one.route !== 'host port' && !answersNow(one))
        expect(ruledOut.map(({ because }) => because)).not.toContain('the same pods answered before')
      if (incident.confidence === 'proven') expect(incident.candidates).toEqual([])
    }),
    { numRuns: 150 },
  )
})
