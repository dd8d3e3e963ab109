import { createCollector, type HubLink } from '@portolan/collector'
import type {
  Binding,
  EndpointSliceSnapshot,
  NodeContainer,
  NodeSnapshot,
  ObjectSnapshot,
  Observation,
  PodPlacement,
  PodSnapshot,
  ProbePlan,
  Resource,
  ServiceSnapshot,
  Symptom,
} from '@portolan/core'
// A benchmark runs it as well, where there is no test.
import { createFakeClock, type FakeClock } from '@portolan/testing/clock'
import { silentLog } from '@portolan/testing/log'

/** Many ports, of which a drain makes some dark. No time passes while the page is looked at, but what a test asks for. */
export interface Fleet {
  url: string
  /** Lets so much time pass; each minute one more port of `local` goes dark, or the first that is dark comes back. */
  goOn(ms: number): Promise<void>
  /** Probes each port once. */
  probe(): void
  stop(): Promise<void>
}

const NODES = ['dev-control-plane', 'dev-worker', 'dev-worker2', 'dev-worker3']
const TEAMS = ['shop', 'pay', 'search', 'data']
const FIRST = 30_000
const NONE: Resource[] = [
  'statefulsets',
  'daemonsets',
  'networkpolicies',
  'persistentvolumes',
  'persistentvolumeclaims',
  'ingresses',
  'ingressclasses',
]
/** Of a port that is not probed for longer nothing is known. */
const PROBE_MS = 12_000
const WATCHED_MS = 4 * 60_000

/**
 * All ports are mapped to `dev-worker`, where their pods are. Those of `local` have policy Local, and answer by luck.
 *
 * @param options.ports of each cluster
 * @param options.dark of the first of `local`: their pods were moved to `dev-worker2` 90 s ago
 * @param options.beside one with the same clock, which is probed whenever this one is
 * @param options.hub what its collector reports to
 */
export async function startFleet(options: {
  ports: number
  local: number
  dark: number
  clusters?: readonly string[]
  clock?: FakeClock
  beside?: Pick<Fleet, 'probe'>
  hub?: HubLink
}): Promise<Fleet> {
  const { ports, local, dark, clusters = ['dev'], clock = createFakeClock(), beside, hub } = options
  const held = clusters.map((cluster, at) => {
    return { cluster, numbers: Array.from({ length: ports }, (_, index) => FIRST + at * ports + index) }
  })
  const since = clock.now() - 3_600_000
  const plans = new Map<string, ProbePlan[]>()
  const isDark = new Set<number>()
  let sequence = 0
  const collector = createCollector({
    store: ':memory:',
    listen: { host: '127.0.0.1', port: 0 },
    clock,
    log: silentLog,
    ...(hub !== undefined && { hub }),
    onAssign: (cluster, to, assignment) => void (to === 'host' && plans.set(cluster, assignment.plans)),
    onBurst() {},
    onChange() {},
  })

  function tell(cluster: string, source: string, observed: Observation): void {
    sequence += 1
    const at = clock.now()
    collector.take({ cluster, source, boot: 'boot', sequence, at, receivedAt: at, observed })
  }

  const set = (cluster: string, object: ObjectSnapshot) =>
    tell(cluster, 'kube', { kind: 'object', change: 'set', object })

  function probe(): void {
    const all = [...plans].flatMap(([cluster, its]) => its.map((plan) => ({ cluster, ...plan })))
    for (const { cluster, target, vantage, timeoutMs } of all) {
      if (vantage === 'host/loopback6') continue
      const symptom = seenOf(target, vantage, isDark)
      const durationMs = symptom === 'ok' ? 1 + (sequence % 13) / 4 : timeoutMs
      const plain = { burst: false, phases: {}, protocol: 'http', timeoutMs } as const
      const outcome = { ...plain, target, vantage, symptom, durationMs, startedAt: clock.now() - durationMs }
      tell(cluster, 'prober', { kind: 'outcome', outcome })
    }
  }

  async function watch(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += PROBE_MS) {
      probe()
      beside?.probe()
      await clock.pass(PROBE_MS)
    }
  }

  await collector.start()
  for (const { cluster, numbers } of held) {
    for (const fact of foundOf(numbers, local, since)) tell(cluster, fact.kind === 'listed' ? 'kube' : 'prober', fact)
  }
  await watch(WATCHED_MS)
  const pods = new Map<number, PodSnapshot>()
  function move(cluster: string, port: number, node: 'dev-worker' | 'dev-worker2'): void {
    const old = pods.get(port) ?? podOf(port, 'aaaaa', 'dev-worker', since)
    const fresh = podOf(port, `b${sequence.toString(36)}`, node, clock.now())
    pods.set(port, fresh)
    set(cluster, { ...old, deletedAt: clock.now() })
    set(cluster, fresh)
    set(cluster, sliceOf(fresh, port, since))
    tell(cluster, 'kube', { kind: 'object', change: 'deleted', object: old })
    if (node === 'dev-worker') isDark.delete(port)
    else isDark.add(port)
  }

  const places = held.flatMap(({ cluster, numbers }) => numbers.slice(0, local).map((port) => ({ cluster, port })))
  for (const { cluster, numbers } of held) for (const port of numbers.slice(0, dark)) move(cluster, port, 'dev-worker2')
  await clock.pass(3000)
  await watch(90_000)
  return {
    url: `http://127.0.0.1:${collector.address?.port}`,
    async goOn(ms) {
      for (let passed = 0; passed < ms; passed += 60_000) {
        const next = places[(passed / 60_000) % places.length]
        if (next !== undefined) move(next.cluster, next.port, isDark.has(next.port) ? 'dev-worker' : 'dev-worker2')
        await clock.pass(3000)
        await watch(57_000)
      }
    },
    probe,
    stop: collector.stop,
  }
}

function seenOf(target: string, vantage: string, isDark: ReadonlySet<number>): Symptom {
  if (target.startsWith('node:dev-worker2') || !isDark.has(Number(target.split(':').at(-1)))) return 'ok'
  return vantage === 'host/loopback4' ? 'silent' : 'connect_timeout'
}

const nameOf = (port: number) => `app-${port - FIRST}`
const teamOf = (port: number) => TEAMS[port % TEAMS.length] ?? ''

function identified(name: string, namespace: string, createdAt: number) {
  return { namespace, name, uid: `uid-${namespace}-${name}`, resourceVersion: '1', createdAt }
}

function placementOf(port: number): PodPlacement {
  return {
    labels: { app: nameOf(port) },
    hostNetwork: false,
    nodeSelector: {},
    tolerations: [],
    requiredNodeTerms: [],
    ports: [{ name: 'http', containerPort: 8080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
  }
}

function podOf(port: number, end: string, node: string, since: number): PodSnapshot {
  const replicaSet = `${nameOf(port)}-6d4f8b`
  return {
    ...identified(`${replicaSet}-${end}`, teamOf(port), since),
    kind: 'Pod',
    node,
    owner: { kind: 'ReplicaSet', name: replicaSet, uid: `uid-${teamOf(port)}-${replicaSet}` },
    addresses: [`10.244.1.${port % 250}`],
    phase: 'Running',
    ready: true,
    readySince: since,
    unschedulable: null,
    disruption: null,
    deletedAt: 0,
    containers: [],
    placement: placementOf(port),
  }
}

function sliceOf({ name, uid, node, addresses }: PodSnapshot, port: number, since: number): EndpointSliceSnapshot {
  const endpoint = { addresses, node, pod: { name, uid }, ready: true, serving: true, terminating: false }
  return {
    ...identified(`${nameOf(port)}-x1`, teamOf(port), since),
    kind: 'EndpointSlice',
    service: nameOf(port),
    addressType: 'IPv4',
    endpoints: [endpoint],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }
}

function serviceOf(port: number, policy: 'Cluster' | 'Local', since: number): ServiceSnapshot {
  return {
    ...identified(nameOf(port), teamOf(port), since),
    kind: 'Service',
    type: 'NodePort',
    selector: { app: nameOf(port) },
    externalTrafficPolicy: policy,
    clusterIP: '10.96.0.80',
    publishNotReadyAddresses: false,
    annotations: {},
    managedByHelm: false,
    ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: port, protocol: 'TCP', appProtocol: '' }],
  }
}

function foundOf(numbers: readonly number[], local: number, since: number): Observation[] {
  const bindings = numbers.map(
    (port): Binding => ({ listenAddress: '127.0.0.1', hostPort: port, containerPort: port, protocol: 'tcp' }),
  )
  const addressOf = (node: string) => `172.18.0.${NODES.indexOf(node) + 2}`
  const containers = NODES.map((name): NodeContainer => {
    const held = name === 'dev-worker' ? bindings : []
    const role = name === 'dev-control-plane' ? 'control-plane' : 'worker'
    const addresses = [addressOf(name)]
    return { id: `id-${name}`, name, role, state: 'running', startedAt: since, addresses, bindings: held, wished: held }
  })
  const nodes = NODES.map(
    (name): NodeSnapshot => ({
      ...identified(name, '', since),
      kind: 'Node',
      labels: {},
      taints:
        name === 'dev-control-plane'
          ? [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }]
          : [],
      unschedulable: false,
      addresses: [addressOf(name)],
      ready: { status: 'True', reason: 'KubeletReady', message: '', since },
    }),
  )
  const pods = numbers.map((port) => podOf(port, 'aaaaa', 'dev-worker', since))
  const workload = (kind: 'Deployment' | 'ReplicaSet', port: number): ObjectSnapshot => ({
    ...identified(kind === 'Deployment' ? nameOf(port) : `${nameOf(port)}-6d4f8b`, teamOf(port), since),
    kind,
    owner:
      kind === 'Deployment'
        ? null
        : { kind: 'Deployment', name: nameOf(port), uid: `uid-${teamOf(port)}-${nameOf(port)}` },
    replicas: 1,
    readyReplicas: 1,
    template: placementOf(port),
    managedByHelm: false,
  })
  const listed = (resource: Resource, objects: ObjectSnapshot[]) => ({ kind: 'listed', resource, objects }) as const
  return [
    { kind: 'vantages', lan: null, loopback6: false },
    { kind: 'containers', containers },
    listed('nodes', nodes),
    listed(
      'deployments',
      numbers.map((port) => workload('Deployment', port)),
    ),
    listed(
      'replicasets',
      numbers.map((port) => workload('ReplicaSet', port)),
    ),
    listed('pods', pods),
    listed(
      'services',
      numbers.map((port, index) => serviceOf(port, index < local ? 'Local' : 'Cluster', since)),
    ),
    listed(
      'endpointslices',
      pods.map((pod, index) => sliceOf(pod, numbers[index] ?? 0, since)),
    ),
    ...NONE.map((resource) => listed(resource, [])),
  ]
}
