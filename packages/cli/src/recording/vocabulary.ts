import { BALANCER_PROGRAMS, CAUSES, type Fact, OTHER_ROUTES, PROTOCOLS, RESOURCES, SYMPTOMS } from '@portolan/core'

/** The words that a field of `T`, at any depth, chooses from a closed list: not a name, and not a sentence. */
type ChosenIn<T> = T extends string
  ? {} extends Record<T, true>
    ? never
    : PartOf<T>
  : T extends readonly (infer One)[]
    ? ChosenIn<One>
    : T extends object
      ? { [Key in keyof T]-?: ChosenIn<NonNullable<T[Key]>> }[keyof T]
      : never

/** `host/lan` is two words. */
type PartOf<T extends string> = T extends `${infer First}/${infer Rest}` ? First | PartOf<Rest> : T

/** The fields of `T`, at any depth, whose keys are names. */
type MapIn<T> = T extends readonly (infer One)[]
  ? MapIn<One>
  : T extends object
    ? {
        [Key in keyof T]-?: MapIn<NonNullable<T[Key]>> | (string extends keyof NonNullable<T[Key]> ? Key : never)
      }[keyof T]
    : never

type WordsIn<T extends string> = T extends `${infer First} ${infer Rest}` ? First | WordsIn<Rest> : T

function words<T extends string>(text: T): WordsIn<T>[] {
  return text.split(' ') as WordsIn<T>[]
}

const CHOSEN = [
  ...CAUSES,
  ...PROTOCOLS,
  ...RESOURCES,
  ...SYMPTOMS,
  ...words(
    'outcome protocol vantages engine containers container listed object watch gap clock agent tick resumed witness rule no_engine neighbours',
  ),
  ...BALANCER_PROGRAMS,
  ...words('Node Pod Service EndpointSlice ReplicaSet Deployment StatefulSet DaemonSet NetworkPolicy Event'),
  ...words('PersistentVolume PersistentVolumeClaim Ingress IngressClass Gateway GatewayClass HTTPRoute IngressRoute'),
  ...OTHER_ROUTES,
  ...words('ClusterIP NodePort LoadBalancer ExternalName Cluster Local IPv4 IPv6 FQDN TCP UDP SCTP Normal Warning'),
  ...words('NoSchedule PreferNoSchedule NoExecute Exists Equal True False Unknown together apart spread'),
  ...words('Pending Running Succeeded Failed waiting running terminated set deleted'),
  ...words('control-plane worker created paused restarting removing exited dead docker podman nerdctl'),
  ...words('kind k3d minikube talos'),
  ...words('connected lost prober kube collector spool resolve connect write first_byte transfer'),
  ...words('host node api pod-proxy port-forward loopback4 loopback6 lan node-address balancer'),
  ...words('proven likely ambiguous probe event absence history'),
  ...words('tcp udp iptables nftables drop reject forward without_local_endpoints without_endpoints other'),
] as const

/** Words of Kubernetes that verdicts depend on, or that every cluster has; `a.b/c` is two. */
const KUBERNETES = [
  ...words('In NotIn DoesNotExist Gt Lt metadata.name Job CronJob ReplicationController containerd cri-o'),
  ...words('ContainerCreating PodInitializing CrashLoopBackOff ImagePullBackOff ErrImagePull ErrImageNeverPull'),
  ...words('InvalidImageName CreateContainerConfigError CreateContainerError RunContainerError ContainerCannotRun'),
  ...words('Error Completed OOMKilled StartError DeadlineExceeded ContainerStatusUnknown Evicted Unschedulable'),
  ...words('SchedulingGated KubeletReady KubeletNotReady NodeStatusUnknown EvictionByEvictionAPI DeletionByPodGC'),
  ...words('PreemptionByScheduler DeletionByTaintManager TerminationByKubelet'),
  ...words('Scheduled FailedScheduling Pulled Pulling Created Started Starting Killing BackOff Unhealthy Preempted'),
  ...words('FailedMount FailedCreate FailedCreatePodSandBox SuccessfulCreate SuccessfulDelete ScalingReplicaSet'),
  ...words('NodeReady NodeNotReady NodeSchedulable NodeNotSchedulable RegisteredNode RemovingNode Rebooted'),
  ...words('TaintManagerEviction NodeHasSufficientMemory NodeHasNoDiskPressure NodeHasSufficientPID'),
  ...words('default kube-system kube-public kube-node-lease kube-flannel kube-dns kubernetes kube-proxy coredns'),
  ...words('kindnet calico-node cilium antrea-agent kube-router weave-net kube-flannel-ds'),
  ...words('kubernetes.io node.kubernetes.io node-role.kubernetes.io topology.kubernetes.io app.kubernetes.io'),
  ...words('hostname os arch zone region name instance component part-of managed-by version app k8s-app'),
  ...words('pod-template-hash controller-revision-hash exclude-from-external-load-balancers'),
  ...words('not-ready unreachable unschedulable memory-pressure disk-pressure pid-pressure network-unavailable'),
  ...words('KUBE-EXTERNAL-SERVICES KUBE-NODEPORTS no-endpoint-nodeports service-nodeports INPUT FORWARD PREROUTING'),
  ...words('true false linux amd64 arm64 ws wss'),
  // By these an edge proxy is known.
  ...words('k8s.io nginx.org traefik.io projectcontour.io haproxy.org haproxy-ingress.github.io istio.io'),
  ...words('ingress-controllers.konghq.com ingress-controller ingress-nginx nginx-ingress traefik envoy contour kong'),
  ...words('kubernetes-ingress haproxy-ingress ingress-kong proxy-kong istio ingressgateway run controller'),
  ...words('Prefix Exact ImplementationSpecific spec rules http paths backend defaultBackend nginx traefik'),
  ...words('backendRefs routes services web websecure HTTP HTTPS gateway-name gateway.networking.k8s.io'),
  ...words(
    'NotAllowedByListeners NoMatchingListenerHostname NoMatchingParent RefNotPermitted BackendNotFound InvalidKind',
  ),
]

/** Portolan's own: what sources, targets and annotations are put together of, and the fields of a selector. */
const OWN = words(
  'lb peer pod service route edge portolan.dev path expect-status hello expect interval matchLabels matchExpressions',
)
/** What an engine says that became of a container. */
const ACTIONS = words('create start die stop pause unpause oom restart rename update destroy')

/** No word that a field of a fact can choose is missing here: a type error would name it. */
type Missing = Exclude<ChosenIn<Fact>, (typeof CHOSEN)[number]>

/** All the words that an anonymised recording may hold. */
export const VOCABULARY: ReadonlySet<string> = new Set<[Missing] extends [never] ? string : Missing>([
  ...CHOSEN,
  ...KUBERNETES,
  ...OWN,
  ...ACTIONS,
])

const MAPS: Record<MapIn<Fact>, true> = {
  annotations: true,
  labels: true,
  matchLabels: true,
  nodeSelector: true,
  selector: true,
  symptoms: true,
}

/** Whether the keys of what is in this field are names as well. */
export function isMap(field: string): boolean {
  return Object.hasOwn(MAPS, field)
}

/** Numbers that say nothing of who or where: ports and ranges of them, classes of HTTP statuses, durations. */
export function isPlainNumber(word: string): boolean {
  if (/^(?:[1-5]xx|\d{1,6}(?:\.\d{1,3})?(?:ms|s|m))$/.test(word)) return true
  return /^\d{1,5}(?:-\d{1,5})?$/.test(word) && word.split('-').every((number) => Number(number) <= 65_535)
}

/** What verdicts depend on in the words of an engine or a scheduler; of all else of a sentence nothing is kept. */
const PHRASES =
  /free ports|already allocated|address already in use|only one usage of each socket address|permission denied|cannot expose privileged port(?: \d{1,5})?|forbidden by its access permissions|(?:port |:)\d{1,5}(?![\d/])/gi

/** A sentence without whatever is not known to be harmless. */
export function withoutDetails(sentence: string): string {
  return [...sentence.matchAll(PHRASES)].map(([phrase]) => phrase).join(' ') || 'left out'
}
