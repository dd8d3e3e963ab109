import type { Cause } from '../model/cause.ts'
import type { PodSnapshot } from '../model/snapshot.ts'
import { isOfEdgeProxy } from '../cluster/edge-proxies.ts'
import { portsForClients } from '../route/claim.ts'
import { leadsToNoPort, servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { isReachable } from '../model/symptom.ts'
import { allAnswer, isRefusedBy, noneAnswers, podsAtOwnNodes, podsFromApiServer, podsOnLoopback } from './inside.ts'
import { answeredAsItIs, atOwnNodes, isDarkEverywhere, isWarm, podsThere, wasAnsweredElsewhere } from './own-node.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule, EXPLAINED, type Rule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { targetPortOf } from './target-port.ts'
import { listed, ownerOf } from './words.ts'

/**
 * A pod is there and ready, and its own node refuses the port: nobody in the pod listens there for others. That is said
 * only of what never answered, since a listener that went away is something else, and not of a pod that is just starting.
 *
 * Source: measured on kind: the pod's kernel answers with a reset, so its node refuses.
 */
function nobodyListens(options: {
  cause: Cause
  title: string
  cure: string
  fits(context: RuleContext): boolean
  reason(context: RuleContext): string
  remedy(context: RuleContext): string
}): Rule {
  return defineRule({
    cause: options.cause,
    title: options.title,
    cure: options.cure,

    holds: (context) => context.path.mapping.protocol === 'tcp' && isRefusedByThePod(context) && options.fits(context),

    mechanism: () => 'reset',

    isGuess: () => true,

    provenByAgents: (context) =>
      !isBehindEdgeProxy(context) && (podsAtOwnNodes(context).length > 0 || podsOnLoopback(context).length > 0),

    summary: (context) =>
      `${ownerOf(context.path)} is ready on ${listed(servingNodes(context.path))}, but port ${context.path.mapping.containerPort} is refused on that node itself: ${options.reason(context)}.`,

    evidence: ({ path, at }) =>
      path.endpoints.flatMap((one) =>
        one.pod === null ? [] : [citeObject(one.pod, `is ready on ${one.node}, but never answered there`, at)],
      ),

    remedies: (context) => {
      const pod = context.path.endpoints.find((one) => one.serves)?.pod
      const first = [...(isBehindEdgeProxy(context) ? [ASK_FOR_ROUTE] : []), { text: options.remedy(context) }]
      if (pod === undefined || pod === null) return first
      return [
        ...first,
        {
          text: 'Find in the log of the application where it listens',
          command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50'),
        },
      ]
    },

    absence: (context) => {
      if (answeredAsItIs(context)) return 'the same pods answered before'
      const own = atOwnNodes(context)
      if (own.length === 0) return 'no probe at the node of the pod has a result'
      return own.includes('refused') ? EXPLAINED : "the pod's own node does not refuse the port"
    },
  })
}

export const hostportUnsupported = nobodyListens({
  cause: 'hostport_unsupported',
  title:
    "The pod is on the mapped node, but the node does not open its hostPort: the pod network has no 'portmap' plugin.",
  cure: 'Enable the portmap plugin of the pod network, or expose the pods by a NodePort Service. A pod that does not listen on its containerPort, or only on its loopback, looks the same: the verdict names that too.',
  fits: (context) =>
    context.path.route.kind === 'hostPort' && !podsAtOwnNodes(context).some((one) => !isReachable(one)),
  reason: () => 'the pod network does not open host ports, or no process in the pod listens on the containerPort',
  remedy: () => 'Expose the pods by a NodePort Service, or enable portmap in the pod network',
})

const undeclaredNumber = nobodyListens({
  cause: 'target_port_wrong',
  title: "The Service's targetPort is a name that no pod declares, or a number on which no process in the pod listens.",
  cure: 'Set targetPort to the port that the application listens on. Declared ports are only a hint, so the verdict may also name an application that listens only on its loopback.',
  fits: (context) =>
    context.path.route.kind === 'nodePort' &&
    (isRefusedBy(podsOnLoopback(context)) ||
      ((!isDeclared(context) || wasAnsweredElsewhere(context)) && !allAnswer(podsOnLoopback(context)))),
  reason: (context) =>
    isRefusedBy(podsOnLoopback(context))
      ? `no process in the pod listens on targetPort ${targetPortOf(context.path)}, not even on its loopback`
      : wasAnsweredElsewhere(context)
        ? `no process in the pod listens on targetPort ${targetPortOf(context.path)}; the port answered until the Service was changed to lead there`
        : `no process in the pod listens on targetPort ${targetPortOf(context.path)}, which the pod does not declare`,
  remedy: () => "Set the Service's targetPort to the port that the application listens on",
})

/** Of a name the objects say that nobody has it; of a number a pod need not declare it. */
export const targetPortWrong = defineRule({
  ...undeclaredNumber,

  holds: (context) => leadsToNoPort(context.path) || undeclaredNumber.holds(context),

  mechanism: (context) => (leadsToNoPort(context.path) ? 'reject' : undeclaredNumber.mechanism(context)),

  isGuess: ({ path }) => !leadsToNoPort(path),

  provenByObjects: ({ path }) => leadsToNoPort(path),

  summary: (context) => {
    const { path } = context
    return path.route.kind === 'nodePort' && leadsToNoPort(path)
      ? `${ownerOf(path)} has no ready endpoint: it leads to the port named ${path.route.port.targetPort}, which its pods do not declare for ${path.route.port.protocol}.`
      : undeclaredNumber.summary(context)
  },

  evidence: (context) => {
    const { path, at } = context
    return path.route.kind === 'nodePort' && leadsToNoPort(path)
      ? [
          citeObject(path.route.service, `targetPort is ${path.route.port.targetPort}`, at),
          ...path.pods.map((pod) => citeObject(pod, `declares ${declared(pod)}`, at)),
        ]
      : undeclaredNumber.evidence(context)
  },
})

function declared({ placement }: PodSnapshot): string {
  const names = placement.ports.map(
    ({ name, protocol }) => `${name === '' ? 'a port without a name' : name} (${protocol})`,
  )
  return names.length === 0 ? 'no port' : listed(names)
}

export const appLoopback = nobodyListens({
  cause: 'app_loopback',
  title: 'The application listens only on the loopback of its pod, so nothing outside the pod reaches it.',
  cure: 'Let it listen on 0.0.0.0. A wrong targetPort looks the same from outside: the verdict names that too.',
  fits: (context) => !noneAnswers(podsOnLoopback(context)),
  reason: (context) => {
    const isAnswered = allAnswer(podsOnLoopback(context))
    if (isOverV6(context)) {
      return isAnswered
        ? "the application answers on the pod's own loopback, but not at its IPv6 address: it listens only on the loopback, or only on IPv4"
        : `the application listens on the pod's own loopback only, on IPv4 only, or not on port ${targetPortOf(context.path)}`
    }
    return isAnswered
      ? "the application answers on the pod's own loopback, but listens nowhere else"
      : `the application listens on the pod's own loopback only, or not on port ${targetPortOf(context.path)}`
  },
  remedy: (context) =>
    isOverV6(context)
      ? 'Let the application listen on [::], which accepts IPv4 as well, on the intended port'
      : 'Let the application listen on 0.0.0.0, on the intended port',
})

function isRefusedByThePod(context: RuleContext): boolean {
  // What answers from inside has started.
  const hasStarted = isWarm(context) || allAnswer(podsOnLoopback(context))
  return hasStarted && isRefusedThere(context) && isDarkEverywhere(context) && !answeredAsItIs(context)
}

/** The pods refuse the port themselves, wherever they were asked without the mapped node. */
function isRefusedThere(context: RuleContext): boolean {
  const isByHostPort = context.path.route.kind === 'hostPort'
  const there = isByHostPort ? atOwnNodes(context) : podsThere(context)
  const own = [...there, ...podsFromApiServer(context)]
  return own.length === 0 ? isRefusedBy(podsOnLoopback(context)) : isRefusedBy(own)
}

/** The pods name the port among theirs; those that name none for their clients say nothing. */
function isDeclared({ path }: RuleContext): boolean {
  const wanted = targetPortOf(path)
  const all = path.pods.flatMap((pod) => pod.placement.ports)
  return (
    all.some((port) => port.containerPort === wanted) ||
    path.pods.flatMap((pod) => portsForClients(pod.placement)).length === 0
  )
}

/** It may listen as soon as a route asks for that. */
function isBehindEdgeProxy({ path }: RuleContext): boolean {
  return path.pods.some(({ placement }) => isOfEdgeProxy(placement))
}

const ASK_FOR_ROUTE = {
  text: 'An edge proxy opens a port once an Ingress, a Gateway or another route asks for it: check whether one does',
}

/** The Service leads to the pods by their IPv6 addresses, at which a process that listens on IPv4 alone is not reached. */
export function isOverV6({ path }: RuleContext): boolean {
  return path.endpoints.some(({ serves, address }) => serves && address.includes(':'))
}
