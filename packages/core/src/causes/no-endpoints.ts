import type { Evidence } from '../model/incident.ts'
import { type EventSnapshot, keyOf, type PodSnapshot, type WorkloadSnapshot } from '../model/snapshot.ts'
import { isServedByNetwork } from '../route/claim.ts'
import { leadsToNoPort, servingNodes } from '../route/path.ts'
import { citeAbsence, citeObject } from './cite.ts'
import type { Mechanism } from './mechanisms.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { scaleUp } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import { badContainer, isChurning, type RuleContext, wantedPods } from './context.ts'
import { count, ownerOf, selectorText, workloadName } from './words.ts'

/**
 * Nobody is there to answer: the Service has no ready endpoint (kube-proxy rejects then, whatever the policy), or no pod
 * with the host port runs. Not a matter of placement.
 *
 * Source: Kubernetes, kube-proxy; measured on kind.
 */
export const noEndpoints = defineRule({
  cause: 'no_endpoints',
  title:
    'No pod is ready behind the port: the selector matches no pods, the pods are not ready, or the workload asks for none.',
  cure: 'The verdict says why: the workload is scaled to 0, no pod matches the selector, a container crashes, a readiness probe fails, an image cannot be pulled, or a quota or an admission webhook rejects the pods.',

  holds: (context) => hasNobody(context) && !isChurning(context) && !leadsToNoPort(context.path),

  mechanism: withNobody,

  provenByObjects: () => true,

  summary: (context) => `${ownerOf(context.path)} has no ready endpoint: ${reason(context)}.`,

  evidence: (context) => {
    const { path, at } = context
    const service = path.route.kind === 'nodePort' ? path.route.service : null
    return [
      ...(service === null ? [] : [citeObject(service, 'no endpoint is ready', at)]),
      ...path.workloads.map((one) => citeObject(one, `${one.readyReplicas} of ${one.replicas} ready`, at)),
      ...path.pods.map((pod) => citeObject(pod, podTrouble(context, pod.uid), at)),
      ...(path.pods.length === 0 ? [citeAbsence('no pod exists that could answer', at)] : []),
      ...citeRefusal(context),
    ]
  },

  remedies: (context) => {
    const { path } = context
    const asleep = path.workloads.filter((one) => one.replicas === 0 && one.kind !== 'DaemonSet')
    if (wantedPods(context) === 0 && asleep.length > 0) return asleep.map((one) => context.asCommand(scaleUp(one)))
    const pod = path.pods.find((one) => badContainer(one) !== null) ?? path.pods[0]
    if (pod !== undefined) {
      const bad = badContainer(pod)
      return bad?.reason === 'CrashLoopBackOff' || bad?.reason === 'Error'
        ? [
            {
              text: `Find out why ${bad.name} ends`,
              command: kubectl(
                context,
                pod.namespace,
                'logs',
                resourceName(pod),
                `--container=${bad.name}`,
                '--previous',
              ),
            },
          ]
        : [
            {
              text: 'Find out why the pod is not ready',
              command: kubectl(context, pod.namespace, 'describe', resourceName(pod)),
            },
          ]
    }
    const refusal = refusalOf(context)
    if (refusal !== null) {
      const { regarding } = refusal
      return [
        {
          text: `Find out why ${regarding.kind} ${regarding.namespace}/${regarding.name} cannot create its pods`,
          command: kubectl(context, regarding.namespace, 'describe', resourceName(regarding)),
        },
      ]
    }
    const [maker] = makersWithoutPods(context)
    if (maker !== undefined) {
      return [
        {
          text: `Find out why ${workloadName(maker)} has no pods`,
          command: kubectl(context, maker.namespace, 'describe', resourceName(maker)),
        },
      ]
    }
    if (path.route.kind !== 'nodePort') return [{ text: 'Start a pod with this host port' }]
    const { namespace } = path.route.service
    return [
      {
        text: `Compare the Service's selector with the labels of the pods in ${namespace}`,
        command: kubectl(context, namespace, 'get', 'pods', '--show-labels'),
      },
      {
        text: 'The selector now',
        command: kubectl(context, namespace, 'get', resourceName(path.route.service), '--output=wide'),
      },
    ]
  },

  absence: ({ path }) => {
    const nodes = servingNodes(path)
    return nodes.length === 0 ? 'nothing claims the port' : `${count(path.endpoints.length, 'endpoint')} can answer`
  },
})

/** Something claims the port and nothing behind it can answer. */
export function hasNobody({ path }: RuleContext): boolean {
  return path.route.kind !== 'none' && servingNodes(path).length === 0 && !isServedByNetwork(path)
}

/** A Service without endpoints has a rule that rejects; a host port without a pod has nothing at all. */
export function withNobody({ path }: RuleContext): Mechanism {
  return path.route.kind === 'nodePort' ? 'reject' : 'reset'
}

function reason(context: RuleContext): string {
  const { path } = context
  if (wantedPods(context) === 0) return `${path.workloads.map(workloadName).join(' and ')} is scaled to 0`
  const refusal = refusalOf(context)
  if (refusal !== null) return `its pods cannot be created (${oneLine(refusal.message)})`
  const [maker] = makersWithoutPods(context)
  if (maker !== undefined) return `${workloadName(maker)} asks for ${count(maker.replicas, 'pod')}, but none exists`
  if (path.pods.length === 0 && path.route.kind === 'nodePort') {
    const selector = selectorText(path.route.service.selector)
    return selector === '' ? 'it has no selector and no endpoints' : `no pod matches its selector ${selector}`
  }
  if (path.pods.length === 0) return 'it has no pods'
  const ready = path.pods.filter((pod) => pod.ready).length
  const first = path.pods.find((pod) => !pod.ready)
  return `${ready} of ${count(path.pods.length, 'pod')} ready${first === undefined ? '' : ` (${first.name}: ${podTrouble(context, first.uid)})`}`
}

/** Controllers whose pods would answer, and of which none is there: one that is paused makes none, nor does one that is away. */
function makersWithoutPods({ path }: RuleContext): WorkloadSnapshot[] {
  return path.pods.length === 0 ? path.workloads.filter(({ replicas }) => replicas > 0) : []
}

/** Where no pod is there, what its controller says of the ones that it could not create: a quota, a webhook, an account. */
function refusalOf({ path, failedCreate }: RuleContext): EventSnapshot | null {
  return path.pods.length === 0 ? failedCreate : null
}

function citeRefusal(context: RuleContext): Evidence[] {
  const refusal = refusalOf(context)
  if (refusal === null) return []
  const { regarding, reason, message, at } = refusal
  const text = `${regarding.kind} ${regarding.namespace}/${regarding.name}: ${reason}: ${oneLine(message)}`
  return [{ kind: 'event', text, at }]
}

function podTrouble(context: RuleContext, uid: string): string {
  const { path, warnings } = context
  const pod = path.pods.find((one) => one.uid === uid)
  if (pod === undefined) return 'gone'
  const bad = badContainer(pod)
  if (bad !== null)
    return `container ${bad.name}: ${bad.reason}${bad.message === '' ? '' : ` (${oneLine(bad.message)})`}`
  const warning = warnings.get(uid)
  if (!pod.ready && warning !== undefined) return `${warning.reason}: ${oneLine(warning.message)}`
  if (pod.ready) return 'ready'
  return pod.phase === 'Running' ? unreadyBecause(context, pod) : pod.phase
}

/**
 * Source: Kubernetes, "Pod Lifecycle": a pod is ready once its containers are, its readiness gates are passed and its node is
 * ready.
 */
function unreadyBecause({ nodes }: RuleContext, { node: name, containers }: PodSnapshot): string {
  const node = name === null ? undefined : nodes.get(keyOf({ kind: 'Node', namespace: '', name }))
  if (node?.ready != null && node.ready.status !== 'True') {
    return `its node ${node.name} is not ready (${oneLine(node.ready.reason)})`
  }
  return containers.length > 0 && containers.every(({ ready }) => ready)
    ? 'its containers are ready but the pod is not: a readiness gate has not passed, or its node was not ready'
    : 'its readiness probe fails'
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  return flat.length > 160 ? `${flat.slice(0, 159)}…` : flat
}
