import { needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { isReachable } from '../model/symptom.ts'
import { citeAbsence, citeObject } from './cite.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  kubeProxyTrouble,
  noneAnswers,
  podsAtOwnNodes,
  podsFromApiServer,
  reachesPodsButNotService,
} from './inside.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule, EXPLAINED } from './rule.ts'
import { isSettling, type RuleContext } from './context.ts'
import { freshSymptom, isSure } from './sure.ts'
import { listed, nodeOf, ownerOf } from './words.ts'

/**
 * kube-proxy does not run on the mapped node: the rules of that node are missing, or those
 * of the past. The rules of before stay in the kernel, so this alone makes no port dark; together with pods that answer
 * elsewhere it does.
 *
 * Source: Kubernetes, kube-proxy; its pods as kubeadm deploys them have no probe, so a frozen one stays ready.
 */
export const rulesNotProgrammed = defineRule({
  cause: 'rules_not_programmed',
  title: 'kube-proxy does not run on the mapped node, or crashes there: nothing writes the rules of the node.',
  cure: 'Read the log of kube-proxy on that node, and find out why its pod is missing or does not start. An agent on the mapped node proves it: it reaches the pods, but not the address of the Service.',

  holds: (context) =>
    context.path.route.kind === 'nodePort' &&
    servingNodes(context.path).length > 0 &&
    !(needsLocalPod(context.path) && !servesOnMappedNode(context.path)) &&
    !isSettling(context) &&
    kubeProxyTrouble(context) !== null &&
    !failElsewhere(context) &&
    !allAnswer(clusterAddressFromMappedNode(context)),

  mechanism: () => 'astray',

  isGuess: () => true,

  provenByAgents: reachesPodsButNotService,

  summary: (context) =>
    `${ownerOf(context.path)} is ready on ${listed(servingNodes(context.path))}, but ${nodeOf(context.path)} does not lead there: ${kubeProxyTrouble(context)}.`,

  evidence: (context) => {
    const { path, kubeProxies, at } = context
    const own = kubeProxies.filter(({ node }) => node === path.container.name)
    const trouble = kubeProxyTrouble(context) ?? ''
    return own.length === 0 ? [citeAbsence(trouble, at)] : own.map((pod) => citeObject(pod, trouble, at))
  },

  remedies: (context) => {
    const { kubeProxies, path } = context
    const own = kubeProxies.find(({ node }) => node === path.container.name)
    return [
      own === undefined
        ? {
            text: `Find out why kube-proxy has no pod on ${path.container.name}`,
            command: kubectl(context, 'kube-system', 'describe', 'daemonset/kube-proxy'),
          }
        : {
            text: 'Read the log of kube-proxy there',
            command: kubectl(context, 'kube-system', 'logs', resourceName(own), '--tail=50'),
          },
    ]
  },

  absence: (context) => {
    const { kubeProxies, kubeProxy, path } = context
    if (path.route.kind !== 'nodePort') return 'no Service is on the path'
    if (allAnswer(clusterAddressFromMappedNode(context)))
      return `the Service's address answers from ${path.container.name}, so its rules exist`
    if (kubeProxyTrouble(context) !== null) return EXPLAINED
    if (kubeProxies.length === 0 && kubeProxy === null)
      return 'no pod of kube-proxy is known, and no agent asks for its health'
    return `kube-proxy runs on ${path.container.name}`
  },
})

/** Nothing but the rules of other nodes leads to the pods either, and they do not answer there. */
function failElsewhere(context: RuleContext): boolean {
  // Where kube-proxy is gone from all nodes, the pods answer and none of the nodes leads to them.
  if (allAnswer([...podsAtOwnNodes(context), ...podsFromApiServer(context)])) return false
  return noneAnswers(podsAtOwnNodes(context)) || witnessed(context).some((answers) => !answers)
}

export function answersElsewhere(context: RuleContext): boolean {
  return allAnswer(podsAtOwnNodes(context)) || witnessed(context).some((answers) => answers)
}

function witnessed({ witnesses, changedAt }: RuleContext): boolean[] {
  return witnesses.flatMap(({ history }) => {
    const symptom = isSure(history) ? freshSymptom(history, changedAt) : null
    return symptom === null ? [] : [isReachable(symptom)]
  })
}
