import type {
  EndpointSliceSnapshot,
  NodeContainer,
  NodeSnapshot,
  PodPlacement,
  PodSnapshot,
  ServiceSnapshot,
  WorkloadSnapshot,
} from '../src/index.ts'

/** Objects as a small kind cluster has them: worker `a` is mapped, `b` and `c` are not, `cp` is the control plane. */

export const START = 1_700_000_000_000

let versions = 0
const version = () => String(++versions)

export function container(name: string, more: Partial<NodeContainer> = {}): NodeContainer {
  const addresses = [`172.18.0.${2 + name.charCodeAt(0) - 97}`]
  return {
    id: `id-${name}`,
    name,
    role: name === 'cp' ? 'control-plane' : 'worker',
    state: 'running',
    startedAt: START - 3_600_000,
    addresses,
    bindings: [],
    wished: [],
    ...more,
  }
}

/** A node container with its port bindings in force, as `host port -> container port`. */
export function mapped(name: string, ports: Record<number, number>, more: Partial<NodeContainer> = {}): NodeContainer {
  const bindings = Object.entries(ports).map(([hostPort, containerPort]) => ({
    listenAddress: '0.0.0.0',
    hostPort: Number(hostPort),
    containerPort,
    protocol: 'tcp' as const,
  }))
  return container(name, { bindings, wished: bindings, ...more })
}

/** The same node with its ports mapped over UDP. */
export function overUdp(node: NodeContainer): NodeContainer {
  const bindings = node.bindings.map((one) => ({ ...one, protocol: 'udp' as const }))
  return { ...node, bindings, wished: bindings }
}

export function node(name: string, more: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    kind: 'Node',
    namespace: '',
    name,
    uid: `node-${name}`,
    resourceVersion: version(),
    createdAt: START - 3_600_000,
    labels: { 'kubernetes.io/hostname': name },
    taints: name === 'cp' ? [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }] : [],
    unschedulable: false,
    ready: { status: 'True', reason: 'KubeletReady', message: '', since: START - 3_600_000 },
    addresses: container(name).addresses,
    ...more,
  }
}

export function placement(more: Partial<PodPlacement> = {}): PodPlacement {
  return {
    labels: { app: 'web' },
    hostNetwork: false,
    ports: [{ name: 'http', containerPort: 8080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
    nodeSelector: {},
    tolerations: [],
    requiredNodeTerms: [],
    ...more,
  }
}

export const withHostPort = (hostPort: number): PodPlacement =>
  placement({ ports: [{ name: 'http', containerPort: 8080, hostPort, hostIP: '', protocol: 'TCP' }] })

export function deployment(more: Partial<WorkloadSnapshot> = {}): WorkloadSnapshot {
  return {
    kind: 'Deployment',
    namespace: 'default',
    name: 'web',
    uid: 'deployment-web',
    resourceVersion: version(),
    createdAt: START - 600_000,
    owner: null,
    replicas: 1,
    readyReplicas: 1,
    template: placement(),
    managedByHelm: false,
    ...more,
  }
}

export function replicaSet(revision = '1', more: Partial<WorkloadSnapshot> = {}): WorkloadSnapshot {
  return deployment({
    kind: 'ReplicaSet',
    name: `web-${revision}`,
    uid: `replicaset-${revision}`,
    owner: { kind: 'Deployment', name: 'web', uid: 'deployment-web' },
    ...more,
  })
}

export function pod(name: string, on: string | null, more: Partial<PodSnapshot> = {}): PodSnapshot {
  return {
    kind: 'Pod',
    namespace: 'default',
    name,
    uid: `pod-${name}`,
    resourceVersion: version(),
    createdAt: START - 60_000,
    placement: placement(),
    node: on,
    owner: { kind: 'ReplicaSet', name: 'web-1', uid: 'replicaset-1' },
    addresses: ['10.244.1.7'],
    phase: on === null ? 'Pending' : 'Running',
    ready: on !== null,
    readySince: (more.ready ?? on !== null) ? START - 50_000 : START - 60_000,
    unschedulable: null,
    disruption: null,
    deletedAt: 0,
    containers: [
      {
        name: 'web',
        ready: true,
        restartCount: 0,
        containerID: `containerd://${name}`,
        state: 'running',
        reason: '',
        message: '',
        exitCode: 0,
        since: START - 55_000,
      },
    ],
    ...more,
  }
}

export function service(more: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    kind: 'Service',
    namespace: 'default',
    name: 'web',
    uid: 'service-web',
    resourceVersion: version(),
    createdAt: START - 600_000,
    type: 'NodePort',
    selector: { app: 'web' },
    externalTrafficPolicy: 'Local',
    publishNotReadyAddresses: false,
    ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: 30080, protocol: 'TCP', appProtocol: '' }],
    annotations: {},
    managedByHelm: false,
    ...more,
  }
}

/** A slice with one endpoint a pod; pods that are leaving serve while they terminate. */
export function slice(pods: PodSnapshot[], more: Partial<EndpointSliceSnapshot> = {}): EndpointSliceSnapshot {
  return {
    kind: 'EndpointSlice',
    namespace: 'default',
    name: 'web-x1',
    uid: 'slice-web',
    resourceVersion: version(),
    createdAt: START - 600_000,
    service: 'web',
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: pods
      .filter((one) => one.node !== null)
      .map((one) => ({
        addresses: one.addresses,
        node: one.node,
        pod: { name: one.name, uid: one.uid },
        ready: one.ready && one.deletedAt === 0,
        serving: one.ready,
        terminating: one.deletedAt > 0,
      })),
    ...more,
  }
}
