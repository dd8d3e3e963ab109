import type {
  Binding,
  EndpointSliceSnapshot,
  Fact,
  NodeContainer,
  NodeSnapshot,
  ObjectSnapshot,
  Observation,
  Outcome,
  PodPlacement,
  PodSnapshot,
  ServiceSnapshot,
  Symptom,
  Vantage,
  WorkloadSnapshot,
} from '@portolan/core'

/** The story as facts: port 30080 is mapped to worker `a`, policy Local, and the one pod moves to worker `b`. */
export interface Story {
  /** How the cluster is found: the pod sits on `a`. */
  found(): Fact[]
  /** Deleted on `a`, started on `b`. */
  moved(): Fact[]
  /** The pod is back on `a`. */
  movedBack(): Fact[]
  probed(symptom: Symptom, more?: Partial<Outcome>): Fact
  fact(source: string, observed: Observation): Fact
}

export const TARGET = 'host:30080'

/** @param now ms since the epoch @param boot of the sources: another one after a restart */
export function createStory(cluster: string, now: () => number, boot = 'first'): Story {
  const sequences = new Map<string, number>()
  let version = 100

  function fact(source: string, observed: Observation, at = now()): Fact {
    const sequence = (sequences.get(source) ?? 0) + 1
    sequences.set(source, sequence)
    return { cluster, source, boot, sequence, at, receivedAt: at, observed }
  }

  const identified = (name: string, namespace = 'web') => ({
    namespace,
    name,
    uid: `uid-${name}`,
    resourceVersion: String(version++),
    createdAt: now() - 600_000,
  })

  const bindings: Binding[] = [{ listenAddress: '0.0.0.0', hostPort: 30080, containerPort: 30080, protocol: 'tcp' }]
  const container = (name: string, last: number, held: Binding[]): NodeContainer => ({
    id: `id-${name}`,
    name,
    role: 'worker',
    state: 'running',
    startedAt: now() - 600_000,
    addresses: [`172.18.0.${last}`],
    bindings: held,
    wished: held,
  })
  const node = (name: string, last: number): NodeSnapshot => ({
    ...identified(name, ''),
    kind: 'Node',
    labels: {},
    taints: [],
    unschedulable: false,
    ready: { status: 'True', reason: 'KubeletReady', message: '', since: now() - 600_000 },
    addresses: [`172.18.0.${last}`],
  })
  const placement: PodPlacement = {
    labels: { app: 'web' },
    hostNetwork: false,
    ports: [{ name: 'http', containerPort: 8080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
    nodeSelector: {},
    tolerations: [],
    requiredNodeTerms: [],
  }
  const workload = (kind: 'Deployment' | 'ReplicaSet', name: string, owner: string | null): WorkloadSnapshot => ({
    ...identified(name),
    kind,
    owner: owner === null ? null : { kind: 'Deployment', name: owner, uid: `uid-${owner}` },
    replicas: 1,
    readyReplicas: 1,
    template: placement,
    managedByHelm: false,
  })
  const pod = (name: string, on: string): PodSnapshot => ({
    ...identified(name),
    kind: 'Pod',
    placement,
    node: on,
    owner: { kind: 'ReplicaSet', name: 'traefik-1', uid: 'uid-traefik-1' },
    addresses: ['10.244.1.7'],
    phase: 'Running',
    ready: true,
    readySince: now(),
    unschedulable: null,
    disruption: null,
    deletedAt: 0,
    containers: [],
  })
  const service: ServiceSnapshot = {
    ...identified('traefik'),
    kind: 'Service',
    type: 'NodePort',
    selector: { app: 'web' },
    externalTrafficPolicy: 'Local',
    publishNotReadyAddresses: false,
    ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: 30080, protocol: 'TCP', appProtocol: '' }],
    annotations: {},
    managedByHelm: false,
  }
  const slice = ({ name, uid, node: on }: PodSnapshot): EndpointSliceSnapshot => ({
    ...identified('traefik-x1'),
    kind: 'EndpointSlice',
    service: 'traefik',
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.244.1.7'], node: on, pod: { name, uid }, ready: true, serving: true, terminating: false },
    ],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  })

  const kube = (observed: Observation) => fact('kube', observed)
  const set = (object: ObjectSnapshot) => kube({ kind: 'object', change: 'set', object })

  function replace(old: PodSnapshot, fresh: PodSnapshot): Fact[] {
    return [
      set({ ...old, deletedAt: now() }),
      set({ ...fresh, createdAt: now(), readySince: now() }),
      set(slice(fresh)),
      kube({ kind: 'object', change: 'deleted', object: old }),
    ]
  }

  const pods = {
    first: pod('traefik-1-aaaaa', 'a'),
    moved: pod('traefik-1-bbbbb', 'b'),
    back: pod('traefik-1-ccccc', 'a'),
  }

  return {
    fact,
    found: () => [
      fact('prober', { kind: 'vantages', lan: null, loopback6: false }),
      fact('engine', { kind: 'containers', containers: [container('a', 2, bindings), container('b', 3, [])] }),
      kube({ kind: 'listed', resource: 'nodes', objects: [node('a', 2), node('b', 3)] }),
      kube({ kind: 'listed', resource: 'deployments', objects: [workload('Deployment', 'traefik', null)] }),
      kube({ kind: 'listed', resource: 'replicasets', objects: [workload('ReplicaSet', 'traefik-1', 'traefik')] }),
      kube({ kind: 'listed', resource: 'pods', objects: [pods.first] }),
      kube({ kind: 'listed', resource: 'services', objects: [service] }),
      kube({ kind: 'listed', resource: 'endpointslices', objects: [slice(pods.first)] }),
    ],
    moved: () => replace(pods.first, pods.moved),
    movedBack: () => replace(pods.moved, pods.back),
    probed: (symptom, more = {}) => {
      const outcome: Outcome = {
        target: TARGET,
        vantage: 'host/loopback4' as Vantage,
        startedAt: now() - (symptom === 'ok' ? 2 : 200),
        durationMs: symptom === 'ok' ? 2 : 200,
        symptom,
        protocol: 'http',
        phases: { connect: 1, first_byte: symptom === 'ok' ? 1 : 199 },
        timeoutMs: 200,
        burst: false,
        ...more,
      }
      return fact('prober', { kind: 'outcome', outcome })
    },
  }
}
