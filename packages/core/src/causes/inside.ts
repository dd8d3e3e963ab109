import type { AgentPoint } from '../probing/agent-point.ts'
import type { ApiPoint } from '../probing/api-point.ts'
import type { ProbeHistory } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { badContainer, type RuleContext } from './context.ts'
import { agentSaw } from './sure.ts'

/** How the pods look from the nodes that they run on, where nothing of the network lies between. */
export function podsAtOwnNodes(context: RuleContext): Symptom[] {
  return [
    ...look(context, ({ from, subject }) => subject.kind === 'pod' && subject.endpoint.node === from),
    ...askedFrom(context, (from, { node }) => from === node),
  ]
}

/** How the pods look from inside of themselves, at their loopback. */
export function podsOnLoopback(context: RuleContext): Symptom[] {
  return ask(context, ({ way }) => way === 'port-forward')
}

/** How the pods' own addresses look to the API server. */
export function podsFromApiServer(context: RuleContext): Symptom[] {
  return ask(context, ({ way }) => way === 'pod-proxy')
}

/** How the pods of other nodes look from the node that the port is mapped to. */
export function podsFromMappedNode(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return [
    ...look(context, ({ from, subject }) => subject.kind === 'pod' && from === name && subject.endpoint.node !== name),
    ...askedFrom(context, (from, { node }) => from === name && node !== name),
  ]
}

/** How they look from nodes that are neither their own nor the mapped one. */
export function podsFromElsewhere(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return [
    ...look(context, ({ from, subject }) => subject.kind === 'pod' && from !== name && subject.endpoint.node !== from),
    ...askedFrom(context, (from, { node }) => from !== name && node !== from),
  ]
}

/** What the rules of the mapped node make of the Service's address inside the cluster. */
export function clusterAddressFromMappedNode(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return look(context, ({ from, subject }) => subject.kind === 'cluster address' && from === name)
}

/** An agent on the mapped node reaches the pods and not the Service: the rules of that node lead elsewhere, or nowhere. */
export function reachesPodsButNotService(context: RuleContext): boolean {
  const { name } = context.path.container
  const isElsewhere = context.path.endpoints.some(({ serves, node }) => serves && node !== name)
  return (
    allAnswer(isElsewhere ? podsFromMappedNode(context) : podsAtOwnNodes(context)) &&
    noneAnswers(clusterAddressFromMappedNode(context))
  )
}

/** An answer so soon after the port went dark may still be one of before: probes start at different moments. */
const LEAD_MS = 1500

/** How the mapped node's port looks from other nodes. */
export function mappedNodeFromElsewhere(context: RuleContext): Symptom[] {
  return look(context, ({ subject }) => subject.kind === 'mapped node')
}

/** Other nodes are answered at the mapped node, and have been for some time since this host is not. */
export function letsOthersIn(context: RuleContext): boolean {
  return allAnswer(look(context, ({ subject }) => subject.kind === 'mapped node', LEAD_MS))
}

/** The nodes that are answered there. */
export function nodesLetIn(context: RuleContext): string[] {
  const from = context.agents.filter(({ subject }) => subject.kind === 'mapped node').map((point) => point.from)
  return from.filter((node) =>
    allAnswer(look(context, (point) => point.subject.kind === 'mapped node' && point.from === node, LEAD_MS)),
  )
}

/** Where these end a request for its health, kube-proxy is away, or the way to it is. */
const NOT_STUCK: readonly Symptom[] = ['ok', 'refused', 'connect_timeout', 'unreachable', 'local_error']

/** kube-proxy on the mapped node was in step, and now says that it is not, or takes connections and says nothing. */
export function isKubeProxyStuck({ kubeProxy, at, darkSince, failedAt }: RuleContext): boolean {
  if (kubeProxy === null || kubeProxy.lastOkAt === null) return false
  const symptom = agentSaw(kubeProxy, { at, changedAt: null, darkSince, failedAt })
  return symptom !== null && !NOT_STUCK.includes(symptom)
}

/** A pod that has just started is given so long. */
const STARTING_MS = 10_000

/** What is wrong with kube-proxy on the mapped node, going by its pods and by what it says of itself; null for nothing. */
export function kubeProxyTrouble(context: RuleContext): string | null {
  const { path, kubeProxies, kubeProxy, at, darkSince, failedAt } = context
  const { name } = path.container
  const own = kubeProxies.filter(({ node, deletedAt }) => node === name && deletedAt === 0)
  if (own.length === 0 && kubeProxies.length > 0) return `no pod of kube-proxy is on ${name}`
  for (const pod of own) {
    const bad = badContainer(pod)
    if (bad !== null) return `${pod.name} does not run (${bad.reason})`
    if (!pod.ready && at - pod.readySince >= STARTING_MS) return `${pod.name} is not ready`
  }
  if (kubeProxy === null) return null
  // One that is frozen still takes connections: what it wrote before is there.
  const isRefused = agentSaw(kubeProxy, { at, changedAt: null, darkSince, failedAt }) === 'refused'
  // One that has a pod may answer for its health on its own node alone.
  const isAway = isRefused && (kubeProxy.lastOkAt !== null || own.length === 0 || reachesPodsButNotService(context))
  return isAway ? `no kube-proxy listens on ${name}` : null
}

export function allAnswer(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && symptoms.every(isReachable)
}

/** Each of those that were seen refuses. */
export function isRefusedBy(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && symptoms.every((symptom) => symptom === 'refused')
}

export function noneAnswers(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && !symptoms.some(isReachable)
}

/** @param leadMs how long after the darkness began an answer counts */
function look(context: RuleContext, wanted: (point: AgentPoint) => boolean, leadMs = 0): Symptom[] {
  const since = failingSince(context)
  return symptomsOf(context, context.agents.filter(wanted), since === null ? null : since + leadMs)
}

function ask(context: RuleContext, wanted: (point: ApiPoint) => boolean): Symptom[] {
  return symptomsOf(context, context.api.filter(wanted), context.darkSince)
}

/** What the API server got from the pods' addresses, where it is known which node it asks from. */
function askedFrom(context: RuleContext, wanted: (from: string, pod: ApiPoint['endpoint']) => boolean): Symptom[] {
  return ask(context, ({ from, endpoint }) => from !== null && wanted(from, endpoint))
}

function symptomsOf(
  { at, changedAt, failedAt }: RuleContext,
  points: readonly { history: ProbeHistory }[],
  darkSince: number | null,
): Symptom[] {
  return points.flatMap(({ history }) => agentSaw(history, { at, changedAt, darkSince, failedAt }) ?? [])
}

/** When the last of all that fails began to: one and the same fault may reach them at different moments. */
function failingSince({ agents, deciding, darkSince }: RuleContext): number | null {
  const begins = [...agents, ...deciding].flatMap(({ history }) => history.firstFailureAt ?? [])
  if (darkSince !== null) begins.push(darkSince)
  return begins.length === 0 ? null : Math.max(...begins)
}
