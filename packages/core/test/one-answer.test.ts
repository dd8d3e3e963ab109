import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { networkPolicy } from '../src/causes/network-policy.ts'
import { eligibleNodes } from '../src/cluster/eligible.ts'
import { podGroups } from '../src/cluster/pod-group.ts'
import { assess } from '../src/diagnosis/assess.ts'
import {
  type ContainerPort,
  foresee,
  keyOf,
  type NetworkPolicySnapshot,
  type NodeSnapshot,
  type ObjectSnapshot,
  type PodPlacement,
  type PodSnapshot,
  preflight,
  type PreflightWorld,
  type ServiceSnapshot,
  type Toleration,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
  type WorkloadSnapshot,
} from '../src/index.ts'
import { deployment, mapped, node, placement, pod, replicaSet, service, slice, container } from './builders.ts'
import { createKnownWorld } from './world.ts'

/**
 * A port is asked about in three ways: of files before anything runs, of a cluster that runs about its next reschedule,
 * and of the same cluster once the scheduler has put the pods somewhere. One question has one answer.
 */

interface Shape {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Pod'
  replicas: number
  template: PodPlacement
  service: ServiceSnapshot | null
  policy: boolean
  enforces: boolean | null
  zoned: string[]
  /** The node of the volume that the pods mount; null where they mount none. */
  volume: string | null
}

const NODES = ['cp', 'a', 'b', 'c']
const PORT = 30080

/** Where the pods are not on the mapped node, packets do not come as far as to what a policy would drop. */
const isBefore = (cause: string, policy: string | null) =>
  policy === 'network_policy' && ['etp_local', 'hostport_off', 'hostnet_off', 'mapped_node_excluded'].includes(cause)

const containerPort: fc.Arbitrary<ContainerPort> = fc.record({
  name: fc.constantFrom('http', 'web'),
  containerPort: fc.constantFrom(8080, PORT),
  hostPort: fc.constantFrom(0, 0, PORT),
  hostIP: fc.constantFrom('', '', '127.0.0.1', '0.0.0.0'),
  protocol: fc.constantFrom('TCP', 'TCP', 'UDP'),
})

const template: fc.Arbitrary<PodPlacement> = fc
  .record({
    hostNetwork: fc.constantFrom(false, false, false, true),
    ports: fc.array(containerPort, { minLength: 1, maxLength: 2 }),
    nodeSelector: fc.constantFrom<Record<string, string>>({}, {}, { zone: 'edge' }, { 'kubernetes.io/hostname': 'a' }),
    tolerations: fc.constantFrom<Toleration[]>([], [], [{ key: '', operator: 'Exists', value: '', effect: '' }]),
  })
  .map((more) => placement(more))

const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom('Deployment', 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod'),
  replicas: fc.constantFrom(0, 1, 1, 2, 3),
  template,
  service: fc.option(
    fc
      .record({
        externalTrafficPolicy: fc.constantFrom('Local' as const, 'Cluster' as const),
        targetPort: fc.constantFrom('8080', '8080', 'http', 'web', 'nowhere'),
        nodePort: fc.constantFrom(PORT, PORT, PORT, 31000),
        families: fc.constantFrom<('IPv4' | 'IPv6')[]>(['IPv4'], ['IPv4'], ['IPv4', 'IPv6'], ['IPv6']),
        selector: fc.constantFrom<Record<string, string>>(
          { app: 'web' },
          { app: 'web' },
          { app: 'web', 'statefulset.kubernetes.io/pod-name': 'web-0' },
        ),
      })
      .map(({ targetPort, nodePort, ...more }) =>
        service({
          ...more,
          ports: [{ name: 'http', port: 80, targetPort, nodePort, protocol: 'TCP', appProtocol: '' }],
        }),
      ),
    { freq: 4 },
  ),
  policy: fc.constantFrom(false, false, true),
  enforces: fc.constantFrom(true, null, false),
  zoned: fc.subarray(NODES),
  volume: fc.constantFrom(null, null, null, 'a', 'b'),
})

function nodesOf({ zoned }: Shape): NodeSnapshot[] {
  return NODES.map((name) =>
    node(name, { labels: { 'kubernetes.io/hostname': name, ...(zoned.includes(name) ? { zone: 'edge' } : {}) } }),
  )
}

/** @param replicas of a DaemonSet the controller counts them */
function workloadsOf(of: Shape, replicas: number): WorkloadSnapshot[] {
  const { kind, enforces } = of
  const own = templateOf(of)
  const network = deployment({
    kind: 'DaemonSet',
    namespace: 'kube-system',
    uid: 'network',
    template: placement({ ports: [], labels: {} }),
  })
  const networks = enforces === null ? [] : [{ ...network, name: enforces ? 'kindnet' : 'kube-flannel-ds' }]
  if (kind === 'Pod') return networks
  const web = deployment({ kind, replicas, template: own })
  return kind === 'Deployment' ? [...networks, web, replicaSet('1', { template: own, replicas })] : [...networks, web]
}

/** A StatefulSet's pods have a claim each, the others share one. */
function templateOf({ kind, template: own, volume }: Shape): PodPlacement {
  if (volume === null) return own
  return kind === 'StatefulSet' ? { ...own, claimTemplates: ['data'] } : { ...own, claims: ['data'] }
}

function volumesOf({ kind, volume }: Shape): (VolumeSnapshot | VolumeClaimSnapshot)[] {
  if (volume === null) return []
  const { uid, resourceVersion, createdAt } = deployment()
  const identified = { uid: `${uid}-volume`, resourceVersion, createdAt }
  const claim = kind === 'StatefulSet' ? 'data-web-0' : 'data'
  const there = { key: 'kubernetes.io/hostname', operator: 'In', values: [volume] }
  const nodeTerms = [{ matchExpressions: [there], matchFields: [] }]
  return [
    { ...identified, kind: 'PersistentVolume', namespace: '', name: 'disk', nodeTerms },
    { ...identified, kind: 'PersistentVolumeClaim', namespace: 'default', name: claim, volume: 'disk' },
  ]
}

function policiesOf({ policy }: Shape): NetworkPolicySnapshot[] {
  const { namespace, uid, resourceVersion, createdAt } = deployment()
  const identified = { namespace, name: 'deny', uid: `${uid}-deny`, resourceVersion, createdAt }
  const pods = { matchLabels: {}, matchExpressions: [] }
  return policy ? [{ ...identified, kind: 'NetworkPolicy', pods, ingress: [] }] : []
}

/** One that is in the file by itself, or the pods of its workload on these nodes. */
function podsOn(of: Shape, places: string[]): PodSnapshot[] {
  const owner =
    of.kind === 'Pod'
      ? null
      : of.kind === 'Deployment'
        ? { kind: 'ReplicaSet', name: 'web-1', uid: 'replicaset-1' }
        : { kind: of.kind, name: 'web', uid: 'deployment-web' }
  return places.map((place, index) => {
    const labels = of.kind === 'StatefulSet' ? { 'statefulset.kubernetes.io/pod-name': `web-${index}` } : {}
    const claims = of.volume === null ? {} : { claims: [of.kind === 'StatefulSet' ? `data-web-${index}` : 'data'] }
    const own = { ...of.template, labels: { ...of.template.labels, ...labels }, ...claims }
    return pod(of.kind === 'Pod' ? 'web' : `web-${index}`, place, { owner, placement: own })
  })
}

/** Of a Service with a selector, the endpoints follow from the pods: those that have the port. */
function slicesOf({ service: of }: Shape, pods: PodSnapshot[]): ObjectSnapshot[] {
  const [port] = of?.ports ?? []
  if (of == null || port === undefined) return []
  const chosen = pods.filter(({ placement: { labels } }) =>
    Object.entries(of.selector).every(([key, value]) => labels[key] === value),
  )
  const numberIn = ({ placement: { ports } }: PodSnapshot) =>
    /^\d+$/.test(port.targetPort)
      ? Number(port.targetPort)
      : ports.find(({ name, protocol }) => name === port.targetPort && protocol === port.protocol)?.containerPort
  return chosen.map((one, index) => {
    const number = numberIn(one)
    const ports = number === undefined ? [] : [{ name: 'http', port: number, protocol: 'TCP' }]
    return slice([one], { name: `web-${index}`, uid: `slice-${index}`, ports })
  })
}

function filesOf(of: Shape): PreflightWorld {
  return {
    cluster: 'kind',
    containers: [container('cp'), mapped('a', { [PORT]: PORT }), container('b'), container('c')],
    nodes: nodesOf(of),
    backends: new Map(),
    services: of.service === null ? [] : [of.service],
    slices: [],
    workloads: workloadsOf(of, of.replicas),
    pods: of.kind === 'Pod' ? podsOn(of, ['a']) : [],
    staying: [],
    policies: policiesOf(of),
    volumes: volumesOf(of),
    isComplete: true,
    machine: null,
    network: null,
    volumesUnknown: null,
    routes: [],
    customs: [],
    superseded: [],
    autoscalers: [],
    flaws: new Map(),
    doubts: new Map(),
    neededFamilies: new Map(),
    unread: [],
    patching: [],
    enforcesPolicies: of.enforces,
    loadBalancers: null,
  }
}

/** The cluster with the pods on these nodes, long after the last change. */
function running(of: Shape, places: string[]) {
  const pods = podsOn(of, places)
  const services = of.service === null ? [] : [of.service]
  const world = createKnownWorld([], { [PORT]: PORT })
  world.list([
    ...nodesOf(of),
    ...workloadsOf(of, of.kind === 'DaemonSet' ? places.length : of.replicas),
    ...services,
    ...pods,
    ...slicesOf(of, pods),
    ...policiesOf(of),
    ...volumesOf(of),
  ])
  world.pass(120_000)
  return world
}

/** Is the port dark by the objects, and why? */
function darkNow(of: Shape, places: string[]): string | null {
  const { state, now } = running(of, places)
  const [track] = [...state.ports.tracks.values()]
  if (track === undefined) throw new Error('the port is mapped')
  const assessment = assess(state, track, now)
  if (assessment.predicted !== null) return assessment.predicted.cause
  // A policy is enforced or not: of that the objects say nothing, so it is a guess, and the forecast an assumption.
  return assessment.applies(networkPolicy) ? networkPolicy.cause : null
}

/** Everywhere the scheduler may put the pods; empty where it can put none. */
function placements(of: Shape): string[][] {
  const world = filesOf(of)
  const groups = podGroups(world)
  const group = groups.find(({ name }) => name === 'web')
  if (group === undefined) return [[]]
  const open = eligibleNodes(
    group,
    groups,
    world.nodes,
    new Map(world.volumes.map((one) => [keyOf(one), one])),
  ).nodes.map(({ name }) => name)
  if (of.kind === 'DaemonSet') return [open]
  const replicas = of.kind === 'Pod' ? 1 : of.replicas
  const isAlone = of.template.ports.some(({ hostPort }) => hostPort > 0) || of.template.hostNetwork
  let all: string[][] = [[]]
  for (let count = 0; count < replicas; count += 1) {
    all = all.flatMap((places) =>
      open.filter((one) => !isAlone || !places.includes(one)).map((one) => [...places, one]),
    )
  }
  // The first pod of a StatefulSet is where its volume is.
  return all.filter(([first]) => of.kind !== 'StatefulSet' || of.volume === null || (first ?? of.volume) === of.volume)
}

describe('one question has one answer', () => {
  test('the forecast of files holds for every placement that the scheduler may choose', () => {
    fc.assert(
      fc.property(shape, (of) => {
        const [port] = preflight(filesOf(of)).ports.filter(({ hostPort }) => hostPort === PORT)
        const possible = placements(of)
        fc.pre(possible.length > 0)
        const fates = possible.map((places) => darkNow(of, places))
        const dark = fates.filter((fate) => fate !== null)
        switch (port?.verdict) {
          case 'always_dark':
            expect(fates).not.toContain(null)
            expect(dark.filter((fate) => fate !== port.cause && !isBefore(fate, port.cause))).toEqual([])
            return
          case 'fine':
            expect(dark).toEqual([])
            return
          case 'may_go_dark':
            expect(dark.length).toBeGreaterThan(0)
            expect(dark.length).toBeLessThan(fates.length)
            expect(new Set(dark)).toEqual(new Set([port.cause]))
            return
          default:
            expect(dark.filter((fate) => fate !== 'port_mismatch' && fate !== port?.cause)).toEqual([])
        }
      }),
      { numRuns: 100 },
    )
  })

  test('where files may not be all that is applied, the answer is the same or unknown', () => {
    fc.assert(
      fc.property(shape, (of) => {
        const answerTo = (isComplete: boolean) =>
          preflight({ ...filesOf(of), isComplete }).ports.find(({ hostPort }) => hostPort === PORT)?.verdict
        expect([answerTo(true), 'unknown']).toContain(answerTo(false))
      }),
      { numRuns: 100 },
    )
  })

  test('a cluster that runs is forecast as its files are', () => {
    fc.assert(
      fc.property(shape, (of) => {
        const [places] = placements(of)
        fc.pre(places !== undefined)
        const { state } = running(of, places)
        const mine = ({ hostPort }: { hostPort: number | null }) => hostPort === PORT
        const answer = ({
          verdict,
          cause,
          darkProbability,
          assumption,
        }: ReturnType<typeof preflight>['ports'][number]) => ({ verdict, cause, darkProbability, assumption })
        const files = preflight(filesOf(of)).ports.filter(mine).map(answer)
        const live = foresee(state)
          ?.ports.filter(mine)
          .map((one) => answer({ ...one, remedies: [] }))
        expect(live).toEqual(files)
      }),
      { numRuns: 100 },
    )
  })
})
