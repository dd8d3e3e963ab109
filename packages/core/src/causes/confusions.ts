import type { Cause } from '../model/cause.ts'
import type { Remedy } from '../model/incident.ts'
import { needsLocalPod } from '../route/claim.ts'
import { leadsToNoPort, servesOnMappedNode } from '../route/path.ts'
import { isSeenByAgents, takesConnections } from './app-slow.ts'
import { isForwardingBroken, isPathBroken } from './cross-node.ts'
import { badEndpoints } from './endpoint-bad.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  isKubeProxyStuck,
  isRefusedBy,
  podsAtOwnNodes,
  podsFromApiServer,
  podsFromElsewhere,
  podsFromMappedNode,
  podsOnLoopback,
  reachesPodsButNotService,
} from './inside.ts'
import { areStalled, isStalled } from './mtu.ts'
import { cameWithThePolicy, isIsolated } from './network-policy.ts'
import { movedNodes } from './node-address-moved.ts'
import { isWaking } from './node-down.ts'
import { isOverV6 } from './nobody-listens.ts'
import { areRulesOld } from './node-rules.ts'
import { answeredAsItIs, answersAtOwnNode, atOwnNodes, wasAnsweredElsewhere } from './own-node.ts'
import { failsTls, isReworded } from './protocol-mismatch.ts'
import { answersElsewhere } from './rules-not-programmed.ts'
import type { RuleContext } from './context.ts'
import { isPossible } from './possible.ts'
import { targetPortOf } from './target-port.ts'
import { listed } from './words.ts'

/** Two causes of which the second looks the same as the first from here, as long as this is so. */
type Confusion = readonly [cause: Cause, like: Cause, asLongAs: (context: RuleContext) => boolean]

const always = () => true
const isLocalNodePort = ({ path }: RuleContext) => path.route.kind === 'nodePort' && needsLocalPod(path)
const isByNodePort = ({ path }: RuleContext) => path.route.kind === 'nodePort'
const isSeenAtThePod = (context: RuleContext) => isSeenByAgents(context) || takesConnections(context)
const isOnMappedNode = ({ path }: RuleContext) => servesOnMappedNode(path)

/** A kube-proxy that still knows of no endpoint rejects as well; that all of several nodes are stale is less likely. */
const mayBeStale = (context: RuleContext) =>
  isByNodePort(context) && !areSeenThemselves(context) && atOwnNodes(context).length < 2

/** The pods' own addresses were asked, or nothing listens inside: no rule of a node has a part in that. */
const areSeenThemselves = (context: RuleContext) =>
  [...podsAtOwnNodes(context), ...podsFromApiServer(context)].length > 0 || isRefusedBy(podsOnLoopback(context))

/** The port was answered once, at the same port of pods that the same controller made of the same template. */
const hasAnswered = ({ path, answeredPath }: RuleContext) => {
  if (answeredPath === null || targetPortOf(answeredPath) !== targetPortOf(path)) return false
  const makers = new Set(answeredPath.pods.map(({ owner }) => owner?.uid))
  return path.pods.every(({ owner }) => owner !== null && makers.has(owner.uid))
}

/** Nothing but how kube-proxy is speaks of the rules. */
const areRulesUnsure = (context: RuleContext) =>
  !reachesPodsButNotService(context) && !(areRulesOld(context) && answersAtOwnNode(context))

const isPolicyUnsure = (context: RuleContext) => !isIsolated(context) && !cameWithThePolicy(context)

/** What looks like what, in the order in which a person should think of it. */
const CONFUSIONS: readonly Confusion[] = [
  ['app_slow', 'protocol_mismatch', (one) => isSeenAtThePod(one) && !answeredAsItIs(one)],
  ['app_slow', 'network_policy', (one) => !isSeenAtThePod(one)],
  ['app_slow', 'kube_proxy_stale', (one) => !isSeenAtThePod(one) && isByNodePort(one)],
  ['app_slow', 'node_name_mismatch', (one) => !isSeenAtThePod(one) && isLocalNodePort(one)],

  ['endpoint_bad', 'app_slow', (one) => badEndpoints(one).length === 0],

  ['host_side', 'network_policy', always],

  ['cross_node', 'kube_proxy_stale', (one) => !isForwardingBroken(one) && !isPathBroken(one)],
  [
    'cross_node',
    'network_policy',
    (one) => !isForwardingBroken(one) && !(isPathBroken(one) && allAnswer(podsFromElsewhere(one))),
  ],

  // Where nobody sees that the connection itself is not taken, only the large packets may be lost.
  ['cross_node', 'mtu', (one) => !isPathBroken(one) && podsFromMappedNode(one).every(isStalled)],

  ['kube_proxy_stale', 'rules_not_programmed', (one) => !isKubeProxyStuck(one)],

  ['mtu', 'app_slow', (one) => !areStalled(podsFromMappedNode(one))],

  [
    'network_policy',
    'cross_node',
    (one) => isIsolated(one) && one.enforcesPolicies !== true && !cameWithThePolicy(one),
  ],
  ['network_policy', 'cross_node', (one) => isPolicyUnsure(one) && !isOnMappedNode(one)],
  ['network_policy', 'app_slow', isPolicyUnsure],
  ['network_policy', 'kube_proxy_stale', isPolicyUnsure],
  ['network_policy', 'node_name_mismatch', (one) => isPolicyUnsure(one) && isLocalNodePort(one)],

  ['node_down', 'node_address_moved', (one) => isWaking(one) && movedNodes(one).length > 0],

  ['node_name_mismatch', 'kube_proxy_stale', (one) => !allAnswer(clusterAddressFromMappedNode(one))],
  ['node_name_mismatch', 'network_policy', (one) => !allAnswer(podsFromElsewhere(one))],
  ['node_name_mismatch', 'app_slow', (one) => !allAnswer(podsAtOwnNodes(one))],

  ['hostport_unsupported', 'app_loopback', (one) => !allAnswer(podsAtOwnNodes(one))],
  ['hostport_unsupported', 'target_port_wrong', (one) => !allAnswer(podsAtOwnNodes(one))],

  ['app_starting', 'target_port_wrong', (one) => !hasAnswered(one)],
  ['app_starting', 'app_loopback', (one) => !hasAnswered(one)],

  ['target_port_wrong', 'app_loopback', (one) => !leadsToNoPort(one.path) && !wasAnsweredElsewhere(one)],
  ['target_port_wrong', 'kube_proxy_stale', (one) => !leadsToNoPort(one.path) && mayBeStale(one)],

  ['app_loopback', 'listen_family', isOverV6],
  ['app_loopback', 'target_port_wrong', always],
  ['app_loopback', 'network_policy', always],
  ['app_loopback', 'kube_proxy_stale', mayBeStale],

  // A proxy with nothing behind it ends connections as well, and rules out of step may lead to somebody else.
  ['protocol_mismatch', 'route_missing', (one) => !failsTls(one) && !isReworded(one)],
  ['protocol_mismatch', 'kube_proxy_stale', (one) => !failsTls(one) && !isReworded(one) && one.changedAt !== null],

  ['rules_not_programmed', 'cross_node', (one) => areRulesUnsure(one) && !isOnMappedNode(one)],
  ['rules_not_programmed', 'app_slow', (one) => areRulesUnsure(one) && (isOnMappedNode(one) || !answersElsewhere(one))],
  ['rules_not_programmed', 'app_loopback', (one) => areRulesUnsure(one) && isOnMappedNode(one)],
  ['rules_not_programmed', 'target_port_wrong', (one) => areRulesUnsure(one) && isOnMappedNode(one)],
  ['rules_not_programmed', 'network_policy', (one) => areRulesUnsure(one) && isOnMappedNode(one)],
  [
    'rules_not_programmed',
    'node_name_mismatch',
    (one) => areRulesUnsure(one) && isOnMappedNode(one) && needsLocalPod(one.path),
  ],
]

/** Causes that these vantages cannot distinguish from this one here. */
export function lookAlikes(cause: Cause, context: RuleContext): Cause[] {
  return CONFUSIONS.filter(
    ([one, like, asLongAs]) => one === cause && isPossible(like, context) && asLongAs(context),
  ).map(([, like]) => like)
}

/** Causes that agents on the nodes would distinguish from the rest. */
const SEEN_INSIDE: readonly Cause[] = [
  'app_slow',
  'cross_node',
  'hostport_unsupported',
  'kube_proxy_stale',
  'rules_not_programmed',
  'mtu',
  'network_policy',
  'node_name_mismatch',
]

/** How what cannot be distinguished from here could be; nothing where no vantage of ours would help. */
export function waysToSeparate(context: RuleContext, causes: readonly Cause[]): Remedy[] {
  if (causes.includes('host_firewall'))
    return [{ text: 'Try the port from another machine: only that shows what the host lets in' }]
  const inside = causes.filter((cause) => SEEN_INSIDE.includes(cause))
  const isInstalledAt = context.engine !== null || context.path.mapping.entry === 'hostPort'
  if (causes.length < 2 || inside.length === 0 || context.agents.length > 0 || !isInstalledAt) return []
  return [{ text: `Agents on the nodes can distinguish ${listed(inside)} from the rest`, command: 'portolan install' }]
}
