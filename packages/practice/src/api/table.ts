import {
  type Deployment,
  type EndpointSlice,
  isReady,
  type KubeEvent,
  type KubeObject,
  type Node,
  type Pod,
  type ReplicaSet,
  type ResourceName,
  type Service,
} from '../objects.ts'

/** The rows that `kubectl get` prints: it asks the server for a Table instead of the objects. */
export function asTable(resource: ResourceName, objects: KubeObject[], version: number, now: number): object {
  const columns = COLUMNS[resource] ?? []
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(version) },
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', priority: 0 },
      ...columns.map(([name, , wide]) => ({ name, type: 'string', format: '', priority: wide === 'wide' ? 1 : 0 })),
      { name: 'Age', type: 'string', format: '', priority: 0 },
    ],
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...columns.map(([, cell]) => cell(object as never)), age(object, now)],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  }
}

type Column<T> = [name: string, cell: (object: T) => string | number, wide?: 'wide']

const nodes: Column<Node>[] = [
  [
    'Status',
    (node) => `${isReady(node) ? 'Ready' : 'NotReady'}${node.spec.unschedulable === true ? ',SchedulingDisabled' : ''}`,
  ],
  [
    'Roles',
    (node) => (node.metadata.labels?.['node-role.kubernetes.io/control-plane'] === '' ? 'control-plane' : '<none>'),
  ],
  ['Version', (node) => node.status.nodeInfo.kubeletVersion ?? ''],
  ['Internal-IP', (node) => node.status.addresses[0]?.address ?? '<none>', 'wide'],
]

const pods: Column<Pod>[] = [
  ['Ready', (pod) => `${isReady(pod) ? 1 : 0}/1`],
  ['Status', podStatus],
  ['Restarts', (pod) => pod.status.containerStatuses?.[0]?.restartCount ?? 0],
  ['IP', (pod) => pod.status.podIP ?? '<none>', 'wide'],
  ['Node', (pod) => pod.spec.nodeName ?? '<none>', 'wide'],
]

function podStatus(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating'
  return pod.status.phase === 'Pending' && pod.spec.nodeName !== undefined ? 'ContainerCreating' : pod.status.phase
}

const services: Column<Service>[] = [
  ['Type', (service) => service.spec.type],
  ['Cluster-IP', (service) => service.spec.clusterIP],
  ['External-IP', () => '<none>'],
  [
    'Port(s)',
    ({ spec }) => spec.ports.map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/TCP`).join(','),
  ],
  ['Policy', (service) => service.spec.externalTrafficPolicy ?? '', 'wide'],
]

const deployments: Column<Deployment>[] = [
  ['Ready', ({ spec, status }) => `${status.readyReplicas}/${spec.replicas}`],
  ['Up-to-date', ({ status }) => status.updatedReplicas],
  ['Available', ({ status }) => status.availableReplicas],
]

const replicasets: Column<ReplicaSet>[] = [
  ['Desired', ({ spec }) => spec.replicas],
  ['Current', ({ status }) => status.replicas],
  ['Ready', ({ status }) => status.readyReplicas],
]

const endpointslices: Column<EndpointSlice>[] = [
  ['AddressType', (slice) => slice.addressType],
  ['Ports', (slice) => slice.ports.map((port) => port.port ?? '*').join(',') || '<unset>'],
  ['Endpoints', (slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses).join(',') || '<unset>'],
  ['Nodes', (slice) => slice.endpoints.map((endpoint) => endpoint.nodeName ?? '<none>').join(','), 'wide'],
]

const events: Column<KubeEvent>[] = [
  ['Type', (event) => event.type],
  ['Reason', (event) => event.reason],
  ['Object', ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}`],
  ['Message', (event) => event.message],
]

const COLUMNS: Partial<Record<ResourceName, Column<never>[]>> = {
  nodes,
  pods,
  services,
  deployments,
  replicasets,
  endpointslices,
  events,
}

function age(object: KubeObject, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(object.metadata.creationTimestamp)) / 1000))
  if (seconds < 120) return `${seconds}s`
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`
}
