import type { Cause } from '@portolan/core'
import type { ProxyMode } from '../kind/harness/make-cluster.ts'
import { run } from '../kind/harness/shell.ts'
import { isReady, type Pod } from '../kind/harness/story-cluster.ts'
import { container } from '../kind/harness/workloads.ts'
import type { Bed } from './bed.ts'
import { type Fault, REPLACED } from './fault.ts'
import { EVERYWHERE } from './grounds.ts'
import { policy, signalProgram, workload } from './workloads.ts'

const goAway = (bed: Bed) => bed.movePod(bed.away[0])
const rolledOut = (bed: Bed) => bed.kubectl('rollout', 'status', 'deployment/app', '--timeout=120s')
const patient = (bed: Bed) =>
  bed.patchContainer({ readinessProbe: { failureThreshold: 100 } }).then(() => rolledOut(bed))
const environment = (name: string, value: string) => ({ env: [{ name, value }] })
const inPod = (bed: Bed, ...words: string[]) => bed.kubectl('exec', 'deployment/app', '--', ...words)

/** The pod is deleted when no other can be made; the ReplicaSet, which waits longer and longer, tries again afterwards. */
async function forbidden(bed: Bed, forbid: () => Promise<unknown>): Promise<void> {
  bed.undo(() => bed.kubectl('annotate', 'replicaset', '-l', 'app=app', '--overwrite', `lab=${Date.now()}`))
  await forbid()
  await bed.deletePod()
}

/** The Service leads to two pods that nothing asks whether they are ready. */
async function toAPair(bed: Bed, spec: object = {}): Promise<void> {
  await bed.addReady(workload({ name: 'pair', replicas: 2 }))
  await bed.patch('service/cluster', { spec: { selector: { app: 'pair' }, ...spec } })
}

const signalOneOfThePair = async (bed: Bed, name: 'KILL' | 'STOP') => {
  const pods = JSON.parse(await bed.kubectl('get', 'pods', '-l', 'app=pair', '-o', 'json')) as { items: Pod[] }
  const [first] = pods.items.filter(isReady)
  await bed.kubectl('exec', first?.metadata.name ?? '', '--', ...signalProgram(name))
}

/** An admission webhook that nobody serves has the last word on this story's pods. */
const webhook = ({ namespace }: Bed) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `lab-${namespace}` },
  webhooks: [
    {
      name: 'pods.lab.example',
      clientConfig: { service: { namespace, name: 'nobody' } },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 1,
    },
  ],
})

/** The families of a Service cannot be changed. */
async function makeAgain(bed: Bed, change: object): Promise<void> {
  const service = JSON.parse(await bed.kubectl('get', 'service', 'cluster', '-o', 'json')) as {
    spec: Record<string, unknown>
  }
  const { type, selector, ports } = service.spec
  await bed.kubectl('delete', 'service', 'cluster')
  await bed.add({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cluster' },
    spec: { type, selector, ports, ...change },
  })
}

const quota = (pods: number) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'lab' },
  spec: { hard: { pods: String(pods) } },
})

const SECURITY = 'pod-security.kubernetes.io/enforce'
const TO_THE_APP = { podSelector: { matchLabels: { app: 'app' } } }
/** Its pods are ready on the way to being refused or replaced, or the endpoints follow a moment later. */
const NOT_READY: readonly Cause[] = ['rollout_gap']

/** What leads to the story's port, in its own namespace; any number of stories can have one each at a time. */
const OF_A_STORY: readonly Fault[] = [
  {
    name: 'policy Local, and the pod moves off the mapped node',
    port: 'local',
    cause: 'etp_local',
    on: EVERYWHERE,
    also: REPLACED,
    act: goAway,
  },
  {
    name: 'the policy of the Service becomes Local while the pod is on another node',
    port: 'cluster',
    cause: 'etp_local',
    on: EVERYWHERE,
    arrange: goAway,
    act: (bed) => bed.patch('service/cluster', { spec: { externalTrafficPolicy: 'Local' } }),
  },
  {
    name: 'a pod with a host port moves off the mapped node',
    port: 'hostPort',
    cause: 'hostport_off',
    on: EVERYWHERE,
    also: REPLACED,
    act: goAway,
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
    name: 'the application is frozen on the mapped node',
    port: 'local',
    cause: 'app_slow',
    on: EVERYWHERE,
    async arrange(bed) {
      await patient(bed)
      await bed.movePod(bed.mapped)
    },
    act: (bed) => bed.freezeApplication(),
  },
  {
    name: 'the application is frozen on another node',
    port: 'cluster',
    cause: 'app_slow',
    async arrange(bed) {
      await patient(bed)
      await goAway(bed)
    },
    act: (bed) => bed.freezeApplication(),
  },
  {
    name: 'the Deployment is scaled to 0',
    port: 'cluster',
    cause: 'no_endpoints',
    on: EVERYWHERE,
    also: NOT_READY,
    act: (bed) => bed.scale(0),
  },
  {
    name: 'the Service is deleted',
    port: 'cluster',
    cause: 'service_deleted',
    on: EVERYWHERE,
    act: (bed) => bed.kubectl('delete', 'service', 'cluster'),
  },
  {
    name: 'the selector of the Service matches nothing',
    port: 'local',
    cause: 'no_endpoints',
    act: (bed) => bed.patch('service/local', { spec: { selector: { app: 'nobody' } } }),
  },
  {
    name: 'the selector of the Service becomes too wide, and one of its two pods does not listen there',
    port: 'cluster',
    cause: 'endpoint_bad',
    async arrange(bed) {
      await bed.addReady(workload({ name: 'metrics', environment: environment('PORT', '9090').env }))
      await bed.kubectl('label', 'pod', '-l', 'app=app', 'group=web')
    },
    act: (bed) => bed.patch('service/cluster', { spec: { selector: { app: null, group: 'web' } } }),
  },
  {
    name: 'one endpoint of two refuses',
    port: 'cluster',
    cause: 'endpoint_bad',
    on: EVERYWHERE,
    arrange: toAPair,
    act: (bed) => signalOneOfThePair(bed, 'KILL'),
  },
  {
    name: 'one endpoint of two hangs',
    port: 'cluster',
    cause: 'endpoint_bad',
    arrange: toAPair,
    act: (bed) => signalOneOfThePair(bed, 'STOP'),
  },
  {
    name: 'session affinity keeps the host at the one endpoint of two that refuses',
    port: 'cluster',
    cause: 'endpoint_bad',
    arrange: (bed) => toAPair(bed, { sessionAffinity: 'ClientIP' }),
    async act(bed) {
      const pod = (await (await fetch(`http://127.0.0.1:${bed.hostPort.cluster}/`)).text()).trim()
      await bed.kubectl('exec', pod, '--', ...signalProgram('KILL'))
    },
  },
  {
    name: 'the targetPort of the Service is one where nobody listens',
    port: 'cluster',
    cause: 'target_port_wrong',
    on: EVERYWHERE,
    also: NOT_READY,
    act: (bed) => bed.patch('service/cluster', { spec: { ports: [{ port: 80, targetPort: 9999 }] } }),
  },
  {
    name: 'the targetPort of the Service is a name that no pod declares',
    port: 'cluster',
    cause: 'target_port_wrong',
    act: (bed) => bed.patch('service/cluster', { spec: { ports: [{ port: 80, targetPort: 'web' }] } }),
  },
  {
    name: 'the application is changed to listen on another port than the targetPort',
    port: 'cluster',
    cause: 'target_port_wrong',
    also: REPLACED,
    patienceS: 90,
    act: (bed) => bed.patchContainer({ ...environment('PORT', '8081'), readinessProbe: null }),
  },
  {
    name: "the application listens on its pod's loopback only",
    port: 'cluster',
    cause: 'app_loopback',
    also: REPLACED,
    patienceS: 90,
    act: (bed) => bed.patchContainer({ ...environment('HOST', '127.0.0.1'), readinessProbe: null }),
  },
  {
    name: 'the new pod is Ready long before it listens',
    port: 'cluster',
    cause: 'app_starting',
    also: REPLACED,
    act: (bed) => bed.patchContainer({ ...environment('DELAY', '60'), readinessProbe: null }),
  },
  {
    name: 'the probe is told to speak TLS to what speaks HTTP',
    port: 'local',
    cause: 'protocol_mismatch',
    act: (bed) => bed.patch('service/local', { metadata: { annotations: { 'portolan.dev/probe': 'https' } } }),
  },
  {
    name: 'the nodePort of the Service is changed',
    port: 'cluster',
    cause: 'port_mismatch',
    on: EVERYWHERE,
    act: (bed) => bed.patch('service/cluster', { spec: { ports: [{ port: 80, nodePort: 30_999 }] } }),
  },
  {
    name: 'the readiness probe asks on a wrong port',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => bed.patchContainer({ readinessProbe: { httpGet: { port: 9999 } } }),
  },
  {
    name: 'readiness fails where the pod stands',
    port: 'cluster',
    cause: 'no_endpoints',
    async arrange(bed) {
      const readinessProbe = {
        httpGet: null,
        exec: { command: ['sh', '-c', '! test -e /tmp/ill'] },
        failureThreshold: 1,
      }
      await bed.patchContainer({ readinessProbe })
      await rolledOut(bed)
    },
    act: (bed) => inPod(bed, 'touch', '/tmp/ill'),
  },
  {
    name: 'readiness comes and goes where the pod stands',
    port: 'cluster',
    cause: 'no_endpoints',
    async arrange(bed) {
      const often = '! test -e /tmp/ill || test $(($(date +%s) / 8 % 2)) = 0'
      await bed.patchContainer({
        readinessProbe: { httpGet: null, exec: { command: ['sh', '-c', often] }, failureThreshold: 1 },
      })
      await rolledOut(bed)
    },
    act: (bed) => inPod(bed, 'touch', '/tmp/ill'),
  },
  {
    name: 'the liveness probe asks on a wrong port, and the container is killed again and again',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) =>
      bed.patchContainer({ livenessProbe: { httpGet: { port: 9999 }, periodSeconds: 1, failureThreshold: 2 } }),
  },
  {
    name: 'the container crashes at its start',
    port: 'cluster',
    cause: 'no_endpoints',
    on: EVERYWHERE,
    also: NOT_READY,
    act: (bed) => bed.patchContainer({ command: ['sh', '-c', 'exit 3'] }),
  },
  {
    name: 'the command of the container does not exist',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => bed.patchContainer({ command: ['/no/such/program'] }),
  },
  {
    name: 'the image does not exist',
    port: 'local',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => bed.patchContainer({ image: 'localhost/no/such:image', imagePullPolicy: 'IfNotPresent' }),
  },
  {
    name: 'the ConfigMap of the container does not exist',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => bed.patchContainer({ envFrom: [{ configMapRef: { name: 'nothing' } }] }),
  },
  {
    name: 'an init container hangs',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => withInit(bed, 'sleep 1000'),
  },
  {
    name: 'an init container crashes',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => withInit(bed, 'exit 3'),
  },
  {
    name: 'no node fits the nodeSelector',
    port: 'cluster',
    cause: 'pod_pending',
    on: EVERYWHERE,
    also: REPLACED,
    act: (bed) => bed.patchPod({ nodeSelector: { nowhere: 'at-all' } }),
  },
  {
    name: 'no node fits the anti-affinity',
    port: 'cluster',
    cause: 'pod_pending',
    also: REPLACED,
    act: (bed) => {
      const everywhere = { labelSelector: { matchLabels: { app: 'preload' } }, namespaces: ['default'] }
      const term = { ...everywhere, topologyKey: 'kubernetes.io/hostname' }
      return bed.patchPod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } })
    },
  },
  {
    name: 'no node has the CPUs that the pod asks for',
    port: 'cluster',
    cause: 'pod_pending',
    also: REPLACED,
    act: (bed) => bed.patchContainer({ resources: { requests: { cpu: '1000' } } }),
  },
  {
    name: 'the volume claim of the pod does not exist',
    port: 'cluster',
    cause: 'pod_pending',
    also: REPLACED,
    act: (bed) => bed.patchPod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'nothing' } }] }),
  },
  {
    name: 'the pod is bound to a node that does not exist',
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['rollout_gap', 'pod_pending'],
    act: (bed) => bed.patchPod({ nodeName: 'nowhere' }),
  },
  {
    name: 'a ResourceQuota forbids the new pod',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => forbidden(bed, () => bed.add(quota(0))),
  },
  {
    name: 'an admission webhook that is down forbids the new pod',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => forbidden(bed, () => bed.add(webhook(bed))),
  },
  {
    name: 'the service account of the new pod does not exist',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) => bed.patchPod({ serviceAccountName: 'nobody' }),
  },
  {
    name: 'Pod Security forbids the new pod',
    port: 'cluster',
    cause: 'no_endpoints',
    also: NOT_READY,
    act: (bed) =>
      forbidden(bed, async () => {
        bed.undo(() => bed.kubectl('label', 'namespace', bed.namespace, `${SECURITY}-`))
        await bed.kubectl('label', 'namespace', bed.namespace, `${SECURITY}=restricted`)
      }),
  },
  {
    name: 'the mapped node drops what the host sends to one port',
    port: 'cluster',
    cause: 'host_side',
    act: (bed) => fromTheHost(bed, 'DROP'),
  },
  {
    name: 'the mapped node refuses what the host sends to one port',
    port: 'cluster',
    cause: 'host_side',
    act: (bed) => fromTheHost(bed, 'REJECT'),
  },
  {
    name: 'the Service is made again for IPv6 alone, behind a port that listens on IPv4',
    port: 'cluster',
    cause: 'listen_family',
    on: ['dual-stack'],
    also: ['service_deleted'],
    act: (bed) => makeAgain(bed, { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }),
  },
  {
    name: 'innocent: the Service gets an IPv6 address as well',
    port: 'cluster',
    cause: null,
    on: ['dual-stack'],
    act: (bed) => bed.patch('service/cluster', { spec: { ipFamilyPolicy: 'PreferDualStack' } }),
  },
  {
    name: 'innocent: a rollout that is merely slow to start',
    port: 'cluster',
    cause: null,
    on: EVERYWHERE,
    also: REPLACED,
    act: (bed) => bed.patchContainer({ readinessProbe: { initialDelaySeconds: 12 } }).then(() => rolledOut(bed)),
  },
  {
    name: 'innocent: a ResourceQuota comes that leaves the pod alone',
    port: 'cluster',
    cause: null,
    act: (bed) => bed.add(quota(0)),
  },
  {
    name: 'innocent: the Service gets session affinity',
    port: 'cluster',
    cause: null,
    act: (bed) => bed.patch('service/cluster', { spec: { sessionAffinity: 'ClientIP' } }),
  },
]

/** What touches a node or the whole cluster. */
const OF_THE_CLUSTER: readonly Fault[] = [
  {
    name: 'the mapped node drops its packets to the pods of another node',
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    async act(bed) {
      const pods = await bed.podCidr(bed.away[0])
      for (const chain of ['FORWARD', 'OUTPUT']) await bed.rule(bed.mapped, chain, '-d', pods, '-j', 'DROP')
    },
  },
  {
    name: 'the mapped node does not forward to the pods of another node',
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    act: async (bed) => bed.rule(bed.mapped, 'FORWARD', '-d', await bed.podCidr(bed.away[0]), '-j', 'DROP'),
  },
  {
    name: "the mapped node's route to the pods of another node leads nowhere",
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    async act(bed) {
      const rule = ['to', await bed.podCidr(bed.away[0]), 'priority', '100', 'blackhole']
      bed.undo(() => bed.onNode(bed.mapped, 'ip', 'rule', 'del', ...rule))
      await bed.onNode(bed.mapped, 'ip', 'rule', 'add', ...rule)
    },
  },
  {
    name: 'the node of the pod drops what the mapped node forwards to it',
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    async act(bed) {
      const pods = await bed.podCidr(bed.away[0])
      await bed.rule(bed.away[0], 'FORWARD', '-s', bed.addresses[bed.mapped] ?? '', '-d', pods, '-j', 'DROP')
    },
  },
  {
    name: 'kube-proxy of the mapped node is frozen, then the pod moves',
    port: 'cluster',
    cause: 'kube_proxy_stale',
    on: EVERYWHERE,
    also: REPLACED,
    arrange: goAway,
    async act(bed) {
      await bed.freeze(bed.mapped, 'kube-proxy')
      return bed.movePod(bed.away[1])
    },
  },
  {
    name: 'kube-proxy is removed from all nodes, then the pod moves',
    port: 'cluster',
    cause: 'rules_not_programmed',
    also: [...REPLACED, 'kube_proxy_stale'],
    arrange: goAway,
    async act(bed) {
      const select = (nowhere: string | null) => {
        const change = JSON.stringify({ spec: { template: { spec: { nodeSelector: { nowhere } } } } })
        return bed.kubectl('-n', 'kube-system', 'patch', 'daemonset', 'kube-proxy', '-p', change)
      }
      bed.undo(async () => {
        await select(null)
        await bed.kubectl('-n', 'kube-system', 'rollout', 'status', 'daemonset/kube-proxy', '--timeout=120s')
      })
      await select('at-all')
      await bed.kubectl('-n', 'kube-system', 'wait', '--for=delete', 'pod', '-l', 'k8s-app=kube-proxy', '--timeout=90s')
      return bed.movePod(bed.away[1])
    },
  },
  {
    name: 'the mapped node is tainted, and the pod is replaced',
    port: 'local',
    cause: 'mapped_node_excluded',
    also: [...REPLACED, 'etp_local'],
    async act(bed) {
      await bed.taint(bed.mapped, 'NoSchedule')
      await bed.deletePod()
    },
  },
  {
    name: 'the mapped node is tainted, and its pods are evicted',
    port: 'local',
    cause: 'mapped_node_excluded',
    also: [...REPLACED, 'etp_local'],
    act: (bed) => bed.taint(bed.mapped, 'NoExecute'),
  },
  {
    name: 'the mapped node is drained',
    port: 'local',
    cause: 'etp_local',
    on: EVERYWHERE,
    also: [...REPLACED, 'mapped_node_excluded'],
    async act(bed) {
      const options = ['--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=120s']
      await bed.kubectl('drain', bed.mapped, ...options)
      await bed.pod()
      return performance.now()
    },
  },
  {
    name: 'the mapped node is stopped',
    port: 'cluster',
    cause: 'node_down',
    on: EVERYWHERE,
    act: (bed) => bed.stopNode(bed.mapped),
  },
  {
    name: 'the mapped node is paused',
    port: 'cluster',
    cause: 'node_down',
    act: (bed) => bed.pause(bed.mapped),
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
    name: "the pod's node is paused",
    port: 'cluster',
    cause: 'node_down',
    also: REPLACED,
    arrange: goAway,
    act: (bed) => bed.pause(bed.away[0]),
  },
  {
    name: "the kubelet of the pod's node is stopped",
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['node_down'],
    patienceS: 80,
    arrange: goAway,
    act: (bed) => stopKubelet(bed, bed.away[0]),
  },
  {
    name: 'the scheduler is frozen, and the pod is replaced',
    port: 'cluster',
    cause: 'no_endpoints',
    also: ['rollout_gap', 'pod_pending'],
    async act(bed) {
      await bed.freeze(bed.controlPlane, 'kube-scheduler')
      await bed.deletePod()
    },
  },
  {
    name: 'docker-proxy of the port is killed',
    port: 'cluster',
    cause: 'proxy_dead',
    async act(bed) {
      bed.undo(() => restart(bed, bed.mapped))
      const pids = await run(['pgrep', '-f', '--', `docker-proxy.* -host-port ${bed.hostPort.cluster} `])
      await run(['kill', '-KILL', ...pids.trim().split('\n')])
    },
  },
  {
    name: 'innocent: policy Cluster, the mapped node tainted, the pod on another',
    port: 'cluster',
    cause: null,
    also: REPLACED,
    async act(bed) {
      await bed.taint(bed.mapped, 'NoSchedule')
      await bed.deletePod()
      await bed.pod()
    },
  },
  {
    name: 'innocent: the mapped node is cordoned',
    port: 'local',
    cause: null,
    on: EVERYWHERE,
    act: (bed) => bed.kubectl('cordon', bed.mapped),
  },
  {
    name: 'innocent: the kubelet of the mapped node is stopped, the pod on another',
    port: 'cluster',
    cause: null,
    patienceS: 55,
    arrange: goAway,
    act: (bed) => stopKubelet(bed, bed.mapped),
  },
  {
    name: "innocent: the cluster's DNS is scaled to 0",
    port: 'cluster',
    cause: null,
    async act(bed) {
      const scale = (replicas: number) =>
        bed.kubectl('-n', 'kube-system', 'scale', 'deployment', 'coredns', `--replicas=${replicas}`)
      bed.undo(() => scale(2))
      await scale(0)
    },
  },
]

const NOBODY = { ...TO_THE_APP, policyTypes: ['Ingress'] }
const ENTERED = { port: 'cluster', cause: 'network_policy' } as const

/** NetworkPolicies, where the cluster enforces them. */
const OF_POLICIES: readonly Fault[] = [
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets in pods of the namespace only',
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ from: [{ podSelector: {} }] }] })),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets nobody in, the pod on another node',
    arrange: goAway,
    act: (bed) => bed.add(policy(NOBODY)),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets nobody in at a host port',
    port: 'hostPort',
    act: (bed) => bed.add(policy(NOBODY)),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets in the pods of another namespace only',
    act: (bed) => {
      const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }
      return bed.add(policy({ ...TO_THE_APP, ingress: [{ from: [{ namespaceSelector }] }] }))
    },
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets in an ipBlock where no client is',
    port: 'local',
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ from: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] })),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets everybody in at another port',
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ ports: [{ port: 9090 }] }] })),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets everybody in at a port by a name that the pod does not declare',
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ ports: [{ port: 'metrics' }] }] })),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy begins to match by a label of the pod',
    arrange: (bed) => bed.add(policy({ podSelector: { matchLabels: { tier: 'locked' } }, policyTypes: ['Ingress'] })),
    act: (bed) => bed.kubectl('label', 'pod', '-l', 'app=app', 'tier=locked'),
  },
  {
    ...ENTERED,
    name: 'the NetworkPolicy that let everybody in goes, and another one lets nobody in',
    async arrange(bed) {
      await bed.add({ ...policy({ ...TO_THE_APP, ingress: [{}] }), metadata: { name: 'open' } })
      await bed.add(policy(NOBODY))
    },
    act: (bed) => bed.kubectl('delete', 'networkpolicy', 'open'),
  },
  {
    ...ENTERED,
    name: 'a NetworkPolicy comes that lets nobody in, and the packets are dropped without a word',
    alone: true,
    async act(bed) {
      const unsaid = ['OUTPUT', '-p', 'icmp', '--icmp-type', 'port-unreachable', '-j', 'DROP']
      for (const node of [bed.mapped, ...bed.others]) await bed.rule(node, ...unsaid)
      await bed.add(policy(NOBODY))
    },
  },
  {
    name: 'innocent: a NetworkPolicy comes that lets everybody in',
    port: 'cluster',
    cause: null,
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] })),
  },
  {
    name: 'innocent: a NetworkPolicy comes that lets everybody in at a port by its name',
    port: 'cluster',
    cause: null,
    async arrange(bed) {
      await bed.patchContainer({ ports: [{ containerPort: 8080, name: 'web' }] })
      await rolledOut(bed)
    },
    act: (bed) => bed.add(policy({ ...TO_THE_APP, ingress: [{ ports: [{ port: 'web' }] }] })),
  },
  {
    name: 'innocent: a NetworkPolicy comes that lets nobody out',
    port: 'cluster',
    cause: null,
    act: (bed) => bed.add(policy({ ...TO_THE_APP, policyTypes: ['Egress'] })),
  },
  {
    name: 'innocent: a NetworkPolicy comes that lets nobody in to other pods',
    port: 'cluster',
    cause: null,
    act: (bed) => bed.add(policy({ podSelector: { matchLabels: { app: 'other' } }, policyTypes: ['Ingress'] })),
  },
]

/** Every fault that the lab can make on a real kind cluster. */
export const FAULTS: readonly Fault[] = [
  ...OF_A_STORY,
  ...OF_THE_CLUSTER.map((fault) => ({ ...fault, alone: true as const })),
  ...OF_POLICIES.map((fault) => ({ ...fault, enforced: true as const })),
]

const named = (start: string) => FAULTS.find(({ name }) => name.startsWith(start)) as Fault

/** What a short run takes in each mode of kube-proxy: together one of each kind of evidence. */
export const SAMPLE: Record<ProxyMode, readonly Fault[]> = {
  iptables: [
    named('the mapped node does not forward'),
    named('the application is frozen on another node'),
    named('the mapped node is tainted, and the pod is replaced'),
  ],
  nftables: [
    named('the mapped node drops its packets'),
    named('kube-proxy of the mapped node is frozen'),
    named('the selector of the Service matches nothing'),
  ],
}

function withInit(bed: Bed, script: string): Promise<string> {
  const { image } = container
  const init = { name: 'init', image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script] }
  return bed.patchPod({ initContainers: [init] })
}

/** The host reaches the node by the address of its own bridge. */
async function fromTheHost(bed: Bed, target: 'DROP' | 'REJECT'): Promise<void> {
  const gateway = (await bed.onNode(bed.mapped, 'sh', '-c', "ip route show default | cut -d' ' -f3")).trim()
  const from = ['FORWARD', '-s', gateway, '-p', 'tcp', '-m', 'conntrack', '--ctorigdstport', `${bed.nodePort.cluster}`]
  const rejection = target === 'DROP' ? [] : ['--reject-with', 'tcp-reset']
  await bed.rule(bed.mapped, ...from, '-j', target, ...rejection)
}

async function restart(bed: Bed, node: string): Promise<void> {
  await run(['docker', 'restart', '--time', '2', node])
  await bed.startNode(node)
}

async function stopKubelet(bed: Bed, node: string): Promise<void> {
  bed.undo(async () => {
    await bed.onNode(node, 'systemctl', 'start', 'kubelet')
    await bed.kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=180s')
  })
  await bed.onNode(node, 'systemctl', 'stop', 'kubelet')
}
