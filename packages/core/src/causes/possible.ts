import type { Cause } from '../model/cause.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { needsLocalPod } from '../route/claim.ts'
import { isNodeKnown } from '../route/entries.ts'
import { type Path, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { isRunning, type RuleContext } from './context.ts'
import { contradictions, isFresh, symptomOf } from './fit.ts'
import { isBySource, isKeptFromTheHost } from './host-side.ts'
import { RULES } from './index.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  kubeProxyTrouble,
  mappedNodeFromElsewhere,
  noneAnswers,
  isRefusedBy,
  podsAtOwnNodes,
  podsFromApiServer,
  podsFromElsewhere,
  podsFromMappedNode,
  podsOnLoopback,
  reachesPodsButNotService,
} from './inside.ts'
import { knowsOfLocalEndpoints, missesItsEndpoints } from './local-endpoints.ts'
import type { Mechanism } from './mechanisms.ts'
import { isReworded } from './protocol-mismatch.ts'
import { movedNodes } from './node-address-moved.ts'
import { areRulesFlushed, isRefusedOnLoopbackAlone } from './proxy-dead.ts'
import { countPlacements, splitsByPlacement } from './placements.ts'
import { areRulesOfBefore, areRulesOld, leadToThePods, stoppedByOthers } from './node-rules.ts'
import {
  answeredAsEnforced,
  answeredAsItIs,
  answersAtOwnNode,
  atOwnNodes,
  hadToListen,
  isYoung,
  symptomFrom,
  wasAnsweredElsewhere,
} from './own-node.ts'

type Condition = (context: RuleContext) => boolean

const isByNodePort: Condition = ({ path }) => path.route.kind === 'nodePort' && servingNodes(path).length > 0
const isLocal: Condition = ({ path }) => needsLocalPod(path)
const isOnMappedNode: Condition = ({ path }) => servesOnMappedNode(path)
const overTcp: Condition = ({ path }) => path.mapping.protocol === 'tcp'
const isUnbound: Condition = ({ path }) => !path.mapping.inForce && isRunning(path.container)

/** Other nodes are answered at the mapped node itself: whatever is wrong, it is not behind that node's port. */
const answersInside: Condition = (context) => mappedNodeFromElsewhere(context).some(isReachable)
const podsAnswer: Condition = (context) => allAnswer(podsAtOwnNodes(context)) || answersAtOwnNode(context)
/** The pods themselves do not answer, and no rule of a node is on that way. */
const podsFailAlone: Condition = (context) =>
  noneAnswers(podsAtOwnNodes(context)) ||
  noneAnswers(podsOnLoopback(context)) ||
  (isRefusedBy(podsFromApiServer(context)) && !context.mayBeKeptOut)
const podsFail: Condition = (context) => podsFailAlone(context) || noneAnswers(atOwnNodes(context))
/** Inside of the pods the application answers: it runs and listens, if for nobody outside. */
const appAnswers: Condition = (context) => allAnswer(podsOnLoopback(context))
/** Inside of the pods nothing listens on the port. */
const isDeaf: Condition = (context) => isRefusedBy(podsOnLoopback(context))
/** Inside of the pods something takes connections, or waits to. */
const isHanging: Condition = (context) => podsOnLoopback(context).includes('silent')
const othersReachThem: Condition = (context) =>
  [...podsFromMappedNode(context), ...podsFromElsewhere(context)].some(isReachable)

/** A vantage of this host that the port is meant for, and the mapped node itself, do not answer. */
const hostFails: Condition = (context) =>
  !answers(symptomFrom(context, 'host/node-address')) &&
  context.deciding.every((seen) => !isFresh(seen, context) || !isReachable(symptomOf(seen)))

/** Its pods are elsewhere, and the mapped node has to forward to them. */
const forwards: Condition = (context) => isByNodePort(context) && !isLocal(context) && !isOnMappedNode(context)
/** What would be wrong from the beginning. */
const neverAnswered: Condition = (context) => !answeredAsItIs(context)
/**
 * New pods answer wherever they are on the mapped node, and nowhere else: neither they nor its rules are at fault, as long
 * as nobody sees them fail. A record of placements is of the past, and something else may be wrong now.
 */
const isByPlace: Condition = (context) => !isOnMappedNode(context) && splitsByPlacement(countPlacements(context.epochs))
/** Nothing excludes that the pods themselves do not answer. */
const mayBeThePods: Condition = (context) =>
  !answersInside(context) && !podsAnswer(context) && (podsFail(context) || !isByPlace(context))
/** Nothing excludes that the rules of the mapped node lead nowhere. */
const mayBeTheRules: Condition = (context) =>
  isByNodePort(context) &&
  !answersInside(context) &&
  !leadToThePods(context) &&
  !leadsToItsOwn(context) &&
  !allAnswer(clusterAddressFromMappedNode(context)) &&
  (reachesPodsButNotService(context) || !isByPlace(context))
/** kube-proxy says itself that it leads to the pods of its node: neither its rules nor its node's name are at fault. */
const leadsToItsOwn: Condition = (context) => knowsOfLocalEndpoints(context) === true
/** The port was never answered with these endpoints: where it was, the rules are not those of before. */
const mayBeOld: Condition = (context) => !answeredAsItIs(context, context.deciding)
/** Nothing says how kube-proxy is. */
const isProxyUnknown: Condition = ({ kubeProxies, kubeProxy }) => kubeProxies.length === 0 && kubeProxy === null

/**
 * What has to be so for a cause to be thought of at all, beside that it can show the symptoms: how the port is routed,
 * which policy it has, and what witnesses and agents saw. In the order in which a person should think of them. A cause
 * that is not listed here is told by the objects, and is no candidate where they do not say it.
 */
const POSSIBLE: Partial<Record<Cause, Condition>> = {
  bindings_lost: isUnbound,
  port_taken: ({ path }) => !path.mapping.inForce,
  host_firewall: isKeptOut,
  proxy_dead: (one) =>
    overTcp(one) &&
    (isRefusedOnLoopbackAlone(one) ||
      areRulesFlushed(one) ||
      (symptomFrom(one, 'host/loopback4') === 'refused' && (answersBesideLoopback(one) || hasOneForwarder(one)))),
  node_address_moved: (one) => movedNodes(one).length > 0,
  host_side: (one) =>
    stoppedByOthers(one) !== null ||
    ((((answersInside(one) || isKeptFromTheHost(one)) && hostFails(one)) || isBySource(one)) &&
      !isRefusedOnLoopbackAlone(one)),
  hostport_unsupported: (one) =>
    one.path.route.kind === 'hostPort' && isOnMappedNode(one) && neverAnswered(one) && !answersInside(one),
  app_starting: (one) =>
    overTcp(one) && neverAnswered(one) && !hadToListen(one) && isYoung(one) && mayBeThePods(one) && !appAnswers(one),
  app_loopback: (one) =>
    overTcp(one) &&
    neverAnswered(one) &&
    !hadToListen(one) &&
    mayBeThePods(one) &&
    !isDeaf(one) &&
    !isHanging(one) &&
    !wasAnsweredElsewhere(one),
  target_port_wrong: (one) =>
    overTcp(one) && neverAnswered(one) && !hadToListen(one) && mayBeThePods(one) && !appAnswers(one) && !isHanging(one),
  cross_node: (one) =>
    forwards(one) && !answersInside(one) && !podsFail(one) && !areRulesOld(one) && !areRulesOfBefore(one),
  app_slow: (one) => mayBeThePods(one) && !isReworded(one) && !appAnswers(one) && !isDeaf(one),
  mtu: (one) => overTcp(one) && forwards(one) && !answersInside(one) && podsAnswer(one),
  network_policy: (one) =>
    one.mayBeKeptOut &&
    one.enforcesPolicies !== false &&
    !(isLocal(one) && !isOnMappedNode(one)) &&
    !(answersInside(one) && !isLocal(one)) &&
    !(one.path.policy !== null && answeredAsEnforced(one)) &&
    !noneAnswers(podsAtOwnNodes(one)) &&
    !noneAnswers(podsOnLoopback(one)) &&
    !othersReachThem(one),
  kube_proxy_stale: (one) =>
    mayBeTheRules(one) &&
    !podsFailAlone(one) &&
    (mayBeOld(one) || reachesPodsButNotService(one) || missesItsEndpoints(one)),
  rules_not_programmed: (one) =>
    mayBeTheRules(one) &&
    !podsFailAlone(one) &&
    (kubeProxyTrouble(one) !== null || reachesPodsButNotService(one) || (isProxyUnknown(one) && mayBeOld(one))),
  protocol_mismatch: (one) =>
    overTcp(one) && neverAnswered(one) && mayBeThePods(one) && !appAnswers(one) && !isDeaf(one),
  route_missing: (one) => overTcp(one) && mayBeThePods(one) && !appAnswers(one) && !isDeaf(one),
  node_name_mismatch: (one) =>
    isByNodePort(one) &&
    isLocal(one) &&
    isOnMappedNode(one) &&
    neverAnswered(one) &&
    !leadsToItsOwn(one) &&
    !answersInside(one) &&
    !noneAnswers(podsFromElsewhere(one)),
}

/** The mechanisms of causes that have no rule. */
const MECHANISMS: Partial<Record<Cause, Mechanism>> = { route_missing: 'misread' }

/** What can be said of a port without the node that a client comes in at. */
const WITHOUT_NODE: readonly Cause[] = [
  'prober_offline',
  'no_endpoints',
  'pod_pending',
  'rollout_gap',
  'surge_conflict',
  'endpoint_bad',
  'network_policy',
  'app_starting',
  'app_slow',
  'app_loopback',
  'target_port_wrong',
  'protocol_mismatch',
]

/** What can only be so of a port that an engine maps. */
const OF_MAPPED_PORTS: readonly Cause[] = [
  'port_taken',
  'port_forbidden',
  'bindings_lost',
  'proxy_dead',
  'node_address_moved',
  'listen_family',
  'port_mismatch',
]

/** What can only be so of a port behind a balancer. */
const OF_BALANCERS: readonly Cause[] = ['balancer_backend', 'balancer_out']

/** It is worth a word about a port that is come to in this way. */
export function concerns(cause: Cause, path: Path): boolean {
  const isOfMapped = OF_MAPPED_PORTS.includes(cause)
  if (OF_BALANCERS.includes(cause)) return path.container.role === 'balancer'
  if (path.mapping.entry !== 'hostPort' && isOfMapped) return false
  return (
    isNodeKnown(path) ||
    hasNoNode(cause) ||
    (path.container.role === 'balancer' && (isOfMapped || cause === 'node_down'))
  )
}

/** It is nothing that depends on which node a client comes in at. */
export function hasNoNode(cause: Cause): boolean {
  return WITHOUT_NODE.includes(cause)
}

/** Nothing that is known of the port excludes the cause: the one place where that is decided. */
export function isPossible(cause: Cause, context: RuleContext): boolean {
  const mechanism = RULES.find((rule) => rule.cause === cause)?.mechanism(context) ?? MECHANISMS[cause] ?? 'any'
  if (!concerns(cause, context.path)) return false
  return POSSIBLE[cause]?.(context) !== false && contradictions(mechanism, context).length === 0
}

/** It is not told by the objects alone, so that it may be a candidate. */
export function isCandidate(cause: Cause): boolean {
  return cause in POSSIBLE
}

/** Causes that could show these symptoms and that these vantages cannot separate. */
export function couldBe(context: RuleContext): Cause[] {
  if (context.blind !== null || context.engineLost !== null || context.path.route.kind === 'none') return []
  if (isUnbound(context)) return UNBOUND.filter((cause) => isPossible(cause, context))
  return (Object.keys(POSSIBLE) as Cause[]).filter(
    (cause) => !ONLY_BESIDE.includes(cause) && isPossible(cause, context),
  )
}

const UNBOUND: readonly Cause[] = ['bindings_lost', 'port_taken']
/** Named beside a cause that they look like, never alone. */
const ONLY_BESIDE: readonly Cause[] = ['route_missing', 'node_address_moved']

/** That of a desktop engine serves every address of the host, and nobody looks at the node behind it. */
function hasOneForwarder(context: RuleContext): boolean {
  return context.engine?.desktop === true && symptomFrom(context, 'host/node-address') === null
}

function answersBesideLoopback(context: RuleContext): boolean {
  return ['host/lan', 'host/node-address'].some((vantage) => answers(symptomFrom(context, vantage)))
}

/** Loopback answers, and the node itself where that is seen; the host's own address does not. */
export function isKeptOut(context: RuleContext): boolean {
  const lan = symptomFrom(context, 'host/lan')
  const node = symptomFrom(context, 'host/node-address')
  return (
    context.path.route.kind !== 'none' &&
    answers(symptomFrom(context, 'host/loopback4')) &&
    lan !== null &&
    !answers(lan) &&
    (node === null || answers(node))
  )
}

function answers(symptom: Symptom | null): boolean {
  return symptom !== null && isReachable(symptom)
}
