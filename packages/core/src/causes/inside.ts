import type { AgentPoint } from '../probing/agent-point.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { badContainer, type RuleContext } from './context.ts'
import { agentSaw } from './sure.ts'

/** How the pods look from the nodes that they run on, where nothing of the network lies between. */
export function podsAtOwnNodes(context: RuleContext): Symptom[] {
  return look(context, ({ from, subject }) => subject.kind === 'pod' && subject.endpoint.node === from)
}

/** How the pods of other nodes look from the node that the port is mapped to. */
export function podsFromMappedNode(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return look(context, ({ from, subject }) => subject.kind === 'pod' && from === name && subject.endpoint.node !== name)
}

/** How they look from nodes that are neither their own nor the mapped one. */
export function podsFromElsewhere(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return look(context, ({ from, subject }) => subject.kind === 'pod' && from !== name && subject.endpoint.node !== from)
}

/** What the rules of the mapped node make of the Service's address inside the cluster. */
export function clusterAddressFromMappedNode(context: RuleContext): Symptom[] {
  const { name } = context.path.container
  return look(context, ({ from, subject }) => subject.kind === 'cluster address' && from === name)
}

/** An agent on the mapped node reaches the pods and not the Service: the rules of that node lead elsewhere, or nowhere. */
export function reachesPodsButNotService(context: RuleContext): boolean {
  const away = podsFromMappedNode(context)
  const pods = away.length > 0 ? away : podsAtOwnNodes(context)
  return allAnswer(pods) && noneAnswers(clusterAddressFromMappedNode(context))
}

/** How the mapped node's port looks from other nodes. */
export function mappedNodeFromElsewhere(context: RuleContext): Symptom[] {
  return look(context, ({ subject }) => subject.kind === 'mapped node')
}

/** The nodes that are answered there. */
export function nodesLetIn(context: RuleContext): string[] {
  const from = context.agents.filter(({ subject }) => subject.kind === 'mapped node').map((point) => point.from)
  return from.filter((node) =>
    allAnswer(look(context, (point) => point.subject.kind === 'mapped node' && point.from === node)),
  )
}

/** kube-proxy on the mapped node was in step, and now says that it is not, or says nothing. */
export function isKubeProxyStuck({ kubeProxy, at, darkSince }: RuleContext): boolean {
  if (kubeProxy === null || kubeProxy.lastOkAt === null) return false
  const symptom = agentSaw(kubeProxy, { at, changedAt: null, darkSince })
  return symptom !== null && symptom !== 'ok'
}

/** A pod that has just started is given so long. */
const STARTING_MS = 10_000

/** What is wrong with kube-proxy on the mapped node, going by its pods and by what it says of itself; null for nothing. */
export function kubeProxyTrouble({ path, kubeProxies, kubeProxy, at, darkSince }: RuleContext): string | null {
  const { name } = path.container
  const own = kubeProxies.filter(({ node, deletedAt }) => node === name && deletedAt === 0)
  if (own.length === 0 && kubeProxies.length > 0) return `no pod of kube-proxy is on ${name}`
  for (const pod of own) {
    const bad = badContainer(pod)
    if (bad !== null) return `${pod.name} does not run (${bad.reason})`
    if (!pod.ready && at - pod.readySince >= STARTING_MS) return `${pod.name} is not ready`
  }
  if (kubeProxy === null || kubeProxy.lastOkAt !== null) return null
  // One that is frozen still takes connections: what it wrote before is there.
  const isAway = agentSaw(kubeProxy, { at, changedAt: null, darkSince }) === 'refused'
  return isAway ? `no kube-proxy listens on ${name}` : null
}

export function allAnswer(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && symptoms.every(isReachable)
}

export function noneAnswers(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && !symptoms.some(isReachable)
}

function look(context: RuleContext, wanted: (point: AgentPoint) => boolean): Symptom[] {
  const { at, changedAt } = context
  const darkSince = failingSince(context)
  return context.agents.filter(wanted).flatMap(({ history }) => agentSaw(history, { at, changedAt, darkSince }) ?? [])
}

/** When the last of all that fails began to: one and the same fault may reach them at different moments. */
function failingSince({ agents, darkSince }: RuleContext): number | null {
  const begins = agents.flatMap(({ history }) => history.firstFailureAt ?? [])
  if (darkSince !== null) begins.push(darkSince)
  return begins.length === 0 ? null : Math.max(...begins)
}
