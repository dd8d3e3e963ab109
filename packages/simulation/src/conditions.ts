import type { Cause } from '@portolan/core'
import { type ClusterModel, hostPortsOf, isReady } from '@portolan/practice'

type ModelObjects = ClusterModel['store']
type KubeProxy = NonNullable<ReturnType<ClusterModel['nodes']['get']>>['kubeProxy']
type ModelPod = NonNullable<ReturnType<typeof podsOf>>[number]
type ModelService = NonNullable<ReturnType<typeof serviceWith>>

/**
 * What is true of a port and may rightly be said where it is dark, whatever the one reason is by which the model names a
 * connection that fails: of two things that each take the answer away either is right.
 */
export function conditionsOf(model: ClusterModel, node: string, port: number): Cause[] {
  const { store, terrain } = model
  const found = new Set<Cause>()
  const own = model.nodes.get(node)
  if (own?.machine.running !== true || (own.kubeProxy.rules().size === 0 && !own.kubeProxy.synced()))
    found.add('node_down')
  if (own?.machine.unheard != null) found.add(own.machine.unheard)
  const service = serviceWith(store, port)
  const claim = terrain.hostPortClaim(port)
  if (service === undefined && claim === null) found.add('service_deleted')
  if (terrain.proxyFrozen(node)) found.add('kube_proxy_stale')
  if (own !== undefined && isBehind(own.kubeProxy)) found.add('rollout_gap')
  if (service !== undefined) for (const cause of ofService(model, node, service, port)) found.add(cause)
  if (claim !== null && !claim.runs) for (const cause of NOBODY) found.add(cause)
  if (claim !== null) {
    const app = store.list('pods').filter((pod) => hostPortsOf(pod.spec).includes(port))
    for (const cause of ofPods(model, app)) found.add(cause)
    if (app.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) found.add('rollout_gap')
  }
  if (claim !== null && terrain.hostPort(node, port) === null) found.add('hostport_off').add('mapped_node_excluded')
  return [...found]
}

/** For so long one that is stuck looks like one that is about to follow. */
const FOLLOWS_MS = 5000

function isBehind({ synced, frozen, sinceChange }: KubeProxy): boolean {
  return !synced() || (frozen() && sinceChange() < FOLLOWS_MS)
}

const NOBODY: readonly Cause[] = ['no_endpoints', 'rollout_gap', 'app_starting']

function serviceWith({ list }: ModelObjects, port: number) {
  return list('services').find(({ spec }) => spec.ports.some(({ nodePort }) => nodePort === port))
}

const podsOf = ({ list }: ModelObjects) => list('pods')

function ofService(model: ClusterModel, node: string, service: ModelService, port: number): Cause[] {
  const { store, terrain } = model
  const { name, namespace } = service.metadata
  const found: Cause[] = []
  const isNamed = service.spec.ports.some((one) => one.nodePort === port && typeof one.targetPort === 'string')
  if (isNamed) found.push('target_port_wrong')
  const endpoints = store
    .list('endpointslices')
    .filter(
      ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name && metadata.namespace === namespace,
    )
    .flatMap((slice) => slice.endpoints)
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true)
  if (service.spec.externalTrafficPolicy === 'Local' && !ready.some(({ nodeName }) => nodeName === node))
    found.push('etp_local', 'mapped_node_excluded')
  const pods = store
    .list('pods')
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['app'] === service.spec.selector?.['app'],
    )
  const isServing = pods.some((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod))
  if (ready.length === 0 || !isServing) found.push(...NOBODY)
  found.push(...ofPods(model, pods))
  for (const { nodeName = '' } of endpoints) {
    if (nodeName !== node && terrain.away(nodeName) !== null) found.push('node_down', 'endpoint_bad')
    const loss = nodeName === node ? null : terrain.lossBetween(node, nodeName)
    if (loss === 'all') found.push('cross_node', 'endpoint_bad')
    if (loss === 'large') found.push('mtu', 'endpoint_bad')
  }
  return found
}

/** Of pods that a port leads to. */
function ofPods({ terrain }: ClusterModel, pods: readonly ModelPod[]): Cause[] {
  const found: Cause[] = []
  if (pods.some(({ spec, status }) => spec.nodeName === undefined && status.phase === 'Pending'))
    found.push('pod_pending', 'surge_conflict')
  if (pods.some(({ metadata }) => terrain.running(metadata.uid)?.frozen() === true))
    found.push('app_slow', 'endpoint_bad')
  if (pods.some(({ spec: { nodeName = '' } }) => nodeName !== '' && terrain.away(nodeName) !== null))
    found.push('node_down')
  return found
}
