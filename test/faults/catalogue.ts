import type { Bed } from './bed.ts'
import { type Fault, REPLACED } from './fault.ts'

const nodeOf = async (bed: Bed) => (await bed.pod()).spec.nodeName ?? ''
const goAway = (bed: Bed) => bed.movePod(bed.away[0])
const patient = (bed: Bed) => bed.patchContainer({ readinessProbe: { failureThreshold: 100 } }).then(() => settled(bed))
const settled = (bed: Bed) => bed.kubectl('rollout', 'status', 'deployment/app', '--timeout=120s')
const taint = (bed: Bed, ...how: string[]) => bed.kubectl('taint', 'node', bed.mapped, ...how)

/** Listens on the loopback of its pod only; nothing asks whether it is ready. */
const ON_LOOPBACK = `
$SIG{TERM} = sub { exit 0 };
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8080, Listen => 9, ReuseAddr => 1) or die;
while (1) { $server->accept }`

/** Every fault that this bed can make, on a real kind cluster. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'policy Local, and the pod moves off the mapped node',
    port: 'local',
    cause: 'etp_local',
    also: REPLACED,
    act: goAway,
  },
  {
    name: 'a pod with a host port moves off the mapped node',
    port: 'hostPort',
    cause: 'hostport_off',
    also: REPLACED,
    act: goAway,
  },
  {
    name: 'the mapped node drops its packets to the pods of another node',
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    act: (bed) => bed.drop(['FORWARD', 'OUTPUT'], bed.away[0]),
    undo: (bed) => bed.undrop(),
  },
  {
    name: 'the mapped node does not forward to the pods of another node',
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    act: (bed) => bed.drop(['FORWARD'], bed.away[0]),
    undo: (bed) => bed.undrop(),
  },
  {
    name: 'kube-proxy of the mapped node is frozen, then the pod moves',
    port: 'cluster',
    cause: 'kube_proxy_stale',
    also: REPLACED,
    needsAgents: true,
    arrange: goAway,
    async act(bed) {
      await bed.freeze(bed.mapped, 'kube-proxy')
      await bed.movePod(bed.away[1])
    },
    undo: (bed) => bed.thaw(bed.mapped, 'kube-proxy'),
  },
  {
    name: 'the application is frozen on the mapped node',
    port: 'local',
    cause: 'app_slow',
    async arrange(bed) {
      await patient(bed)
      await bed.movePod(bed.mapped)
    },
    act: async (bed) => bed.freeze(await nodeOf(bed), 'application'),
    undo: async (bed) => bed.thaw(await nodeOf(bed), 'application'),
  },
  {
    name: 'the application is frozen on another node',
    port: 'cluster',
    cause: 'app_slow',
    async arrange(bed) {
      await patient(bed)
      await goAway(bed)
    },
    act: async (bed) => bed.freeze(await nodeOf(bed), 'application'),
    undo: async (bed) => bed.thaw(await nodeOf(bed), 'application'),
  },
  {
    name: 'the Deployment is scaled to 0',
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['rollout_gap'],
    act: (bed) => bed.scale(0),
  },
  {
    name: 'the selector of the Service matches nothing',
    port: 'local',
    cause: 'no_endpoints',
    act: (bed) => bed.patch('service/local', { spec: { selector: { app: 'nobody' } } }),
  },
  {
    name: 'the readiness probe asks on a wrong port',
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['rollout_gap'],
    act: (bed) => bed.patchContainer({ readinessProbe: { httpGet: { port: 9999 } } }),
  },
  {
    name: 'the container crashes at its start',
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['rollout_gap'],
    act: (bed) => bed.patchContainer({ command: ['sh', '-c', 'exit 3'], args: [] }),
  },
  {
    name: 'the image does not exist',
    port: 'local',
    cause: 'no_endpoints',
    also: ['rollout_gap'],
    act: (bed) => bed.patchContainer({ image: 'localhost/no/such:image', imagePullPolicy: 'IfNotPresent' }),
  },
  {
    name: 'the nodePort of the Service is changed',
    port: 'cluster',
    cause: 'port_mismatch',
    act: (bed) => bed.patch('service/cluster', { spec: { ports: [{ port: 80, nodePort: 30_999 }] } }),
  },
  {
    name: 'no node fits the nodeSelector',
    port: 'cluster',
    cause: 'pod_pending',
    also: REPLACED,
    act: (bed) =>
      bed.patch('deployment/app', { spec: { template: { spec: { nodeSelector: { nowhere: 'at-all' } } } } }),
    undo: (bed) => bed.patch('deployment/app', { spec: { template: { spec: { nodeSelector: null } } } }),
  },
  {
    name: 'the mapped node is tainted, and the pod is replaced',
    port: 'local',
    cause: 'mapped_node_excluded',
    also: [...REPLACED, 'etp_local'],
    async act(bed) {
      await taint(bed, 'kept=for-others:NoSchedule')
      await bed.kubectl('delete', 'pod', '-l', 'app=app', '--wait=false')
    },
    undo: (bed) => taint(bed, 'kept-'),
  },
  {
    name: 'the mapped node is stopped',
    port: 'cluster',
    cause: 'node_down',
    act: (bed) => bed.stopNode(bed.mapped),
  },
  {
    name: 'the mapped node is paused',
    port: 'cluster',
    cause: 'node_down',
    act: (bed) => bed.engine('pause', bed.mapped),
    undo: (bed) => bed.engine('unpause', bed.mapped),
  },
  {
    name: "the pod's node is stopped",
    port: 'cluster',
    cause: 'node_down',
    also: REPLACED,
    arrange: goAway,
    act: (bed) => bed.stopNode(bed.away[0]),
  },
  {
    name: 'the targetPort of the Service is one where nobody listens',
    port: 'cluster',
    cause: 'target_port_wrong',
    also: ['rollout_gap'],
    patienceS: 120,
    act: (bed) => bed.patch('service/cluster', { spec: { ports: [{ port: 80, targetPort: 9999 }] } }),
  },
  {
    name: "the application listens on its pod's loopback only",
    port: 'cluster',
    cause: 'app_loopback',
    also: REPLACED,
    patienceS: 150,
    act: (bed) =>
      bed.patchContainer({
        command: ['perl', '-MIO::Socket::INET', '-e', ON_LOOPBACK],
        args: [],
        readinessProbe: null,
      }),
  },
  {
    name: 'the probe is told to speak TLS to what speaks HTTP',
    port: 'local',
    cause: 'protocol_mismatch',
    act: (bed) => bed.patch('service/local', { metadata: { annotations: { 'portolan.dev/probe': 'https' } } }),
    undo: (bed) => bed.patch('service/local', { metadata: { annotations: { 'portolan.dev/probe': null } } }),
  },
  {
    name: 'a rollout with surge puts a pod with a host port on another node',
    port: 'hostPort',
    cause: 'hostport_off',
    also: [...REPLACED, 'surge_conflict'],
    async act(bed) {
      const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
      await bed.patch('deployment/app', { spec: { strategy } })
      await bed.kubectl('rollout', 'restart', 'deployment/app')
    },
  },
  {
    name: 'innocent: policy Cluster, the mapped node tainted, the pod on another',
    port: 'cluster',
    cause: null,
    also: REPLACED,
    async act(bed) {
      await taint(bed, 'kept=for-others:NoSchedule')
      await bed.kubectl('delete', 'pod', '-l', 'app=app', '--wait=false')
      await bed.pod()
    },
    undo: (bed) => taint(bed, 'kept-'),
  },
  {
    name: 'innocent: a rollout that is merely slow to start',
    port: 'cluster',
    cause: null,
    also: REPLACED,
    act: (bed) => bed.patchContainer({ readinessProbe: { initialDelaySeconds: 12 } }).then(() => settled(bed)),
  },
]

/** What a short run takes: one of each kind of evidence. */
export const SAMPLE = [2, 3, 4, 6, 8, 14].map((index) => FAULTS[index] as Fault)
