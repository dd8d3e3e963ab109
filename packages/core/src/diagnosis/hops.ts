import { backendsSeen, badBackends, outUntil, usedBackends } from '../causes/backends.ts'
import { listed, oneOf, ownerOf } from '../causes/words.ts'
import type { Assessment } from './assess.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  isRefusedBy,
  noneAnswers,
  podsAtOwnNodes,
  podsFromMappedNode,
  podsOnLoopback,
} from '../causes/inside.ts'
import { rulesClause } from '../causes/node-rules.ts'
import { isRunning, type RuleContext, type Seen } from '../causes/context.ts'
import { notProbedEndpoints } from '../route/pod-target.ts'
import { isNodeKnown } from '../route/entries.ts'
import { isServedByNetwork, needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { seenAt } from '../probing/probe-history.ts'
import { isReachable } from '../model/symptom.ts'
import type { Hop } from '../model/view.ts'

/**
 * The way from the client to the application, hop by hop. A hop is green when something was seen to pass it, red when
 * what was seen or what the objects say stops there, and not seen otherwise.
 */
export function hopsOf({ context, predicted: rule }: Assessment): Hop[] {
  const { path, deciding } = context
  const through = deciding.find(answers) ?? null
  const witness = context.witnesses.find(answers) ?? null
  const proxy =
    deciding.find(({ point, history }) => point.vantage !== 'host/node-address' && history.last !== null) ?? null
  const accepted =
    path.mapping.entry === 'hostPort' &&
    path.mapping.protocol === 'tcp' &&
    proxy?.history.last != null &&
    !['refused', 'connect_timeout', 'unreachable'].includes(proxy.history.last.symptom)
  const passes = through !== null
  return [
    hop(
      'client',
      context.proberTrouble === null ? 'green' : 'red',
      context.proberTrouble ?? 'this machine',
      context.at,
    ),
    ...(path.mapping.entry === 'hostPort' ? hostPortHops(context, passes || accepted, proxy) : []),
    ...(path.mapping.entry === 'balancer' ? [balancerHop(context, passes)] : []),
    ...(path.container.role === 'balancer' ? [balancerContainerHop(context, passes)] : []),
    ...(isNodeKnown(path) ? [nodeHop(context, passes)] : []),
    withRules(context, kubeProxyHop(context, passes, witness, rule?.cause ?? null)),
    endpointHop(context, passes),
    podHop(context, passes),
    applicationHop(context, through ?? witness),
  ]
}

function hostPortHops(
  { path: { mapping, container }, engine, at }: RuleContext,
  passes: boolean,
  proxy: Seen | null,
): Hop[] {
  const { listenAddresses, hostPort, inForce, containerPort } = mapping
  const addresses = listenAddresses.map((address) => `${address}:${hostPort}`).join(', ')
  const symptom = proxy?.history.last?.symptom
  const after = passes && symptom !== undefined && !isReachable(symptom) ? ' once it has accepted' : ''
  return [
    hop(
      'host port',
      passes ? 'green' : !inForce || proxy !== null ? 'red' : 'not seen',
      `${addresses}${symptom === undefined ? '' : `: ${symptom}${after}`}`,
      proxy === null ? null : seenAt(proxy.history),
    ),
    hop(
      'engine',
      inForce ? 'green' : 'red',
      inForce
        ? `${engine?.kind ?? 'the engine'} maps it to ${container.name}:${containerPort}`
        : 'the engine no longer has the port binding',
      at,
    ),
  ]
}

function balancerHop({ path, deciding, at }: RuleContext, passes: boolean): Hop {
  const { listenAddresses, hostPort } = path.mapping
  const isKnown = isNodeKnown(path) || path.container.role === 'balancer'
  const taker = isKnown ? `${path.container.name} answers for it` : 'which node answers for it is not known'
  const symptom = deciding[0]?.history.last?.symptom
  const seen = symptom === undefined ? '' : `: ${symptom}`
  return hop('balancer', passes ? 'green' : 'not seen', `${listenAddresses[0]}:${hostPort}${seen}; ${taker}`, at)
}

/** It answers by itself only for who asks for another port. */
function balancerContainerHop(context: RuleContext, passes: boolean): Hop {
  const { container } = context.path
  const isLost =
    !isRunning(container) ||
    (badBackends(context).length > 0 && badBackends(context).length === usedBackends(context).length)
  const seen = backendsSeen(context).map((one) => {
    const until = one.symptom === null || isReachable(one.symptom) ? outUntil(context, one) : null
    const out =
      until === null || until <= context.at
        ? ''
        : `, skipped until ${new Date(until).toISOString().slice(11, 19)} UTC at the latest`
    const held = one.healthy === false ? ', considered unhealthy' : ''
    return `${one.node} (${one.symptom ?? 'not seen'}${out}${held})`
  })
  const where = seen.length === 0 ? 'chooses a node for each connection' : `leads each connection to ${oneOf(seen)}`
  const state = isLost ? 'red' : passes ? 'green' : 'not seen'
  return hop('balancer', state, `${container.name} is ${container.state}, and ${where}`, context.at)
}

function nodeHop({ path: { mapping, container, node }, muteNodes, at }: RuleContext, passes: boolean): Hop {
  if (mapping.entry === 'hostPort')
    return hop('node', isRunning(container) ? 'green' : 'red', `${container.name} is ${container.state}`, at)
  const ready = node?.ready?.status
  const where = mapping.entry === 'node' ? ` at ${mapping.listenAddresses[0]}:${mapping.hostPort}` : ''
  if (!passes && muteNodes.includes(container.name))
    return hop('node', 'red', `${container.name}${where} does not answer this host at any port`, at)
  const state = passes || ready === 'True' ? 'green' : ready === 'Unknown' ? 'red' : 'not seen'
  const said = ready === 'True' ? 'is ready' : ready === 'Unknown' ? 'does not report' : 'is not ready'
  return hop('node', state, `${container.name}${where} ${said}`, at)
}

function hop(name: Hop['name'], state: Hop['state'], text: string, at: number | null): Hop {
  return { name, state, text, at }
}

function answers({ history: { last } }: Seen): boolean {
  return last !== null && isReachable(last.symptom)
}

/** Up to where all is seen to be well, and whether the application is beyond the break; null where no hop is broken, or the first. */
export function wellText(hops: readonly Hop[]): string | null {
  const last = hops[hops.findIndex(({ state }) => state !== 'green') - 1]
  if (last === undefined || last.name === 'client') return null
  const application = hops.find(({ name }) => name === 'application')
  const beyond = application?.state === 'green' && application !== last ? ', and the application itself answers' : ''
  return `everything works up to the ${last.name}${beyond}`
}

const BY_NETWORK = 'the pod network serves the Gateway, without pods'

function kubeProxyHop(context: RuleContext, passes: boolean, witness: Seen | null, cause: string | null): Hop {
  const { path, at } = context
  if (path.route.kind === 'none' && context.blind !== null) return hop('kube-proxy', 'not seen', context.blind, at)
  if (path.route.kind === 'none')
    return hop('kube-proxy', 'red', `nothing claims port ${path.mapping.containerPort} on ${path.container.name}`, at)
  const via =
    path.route.kind === 'nodePort'
      ? `${ownerOf(path)}, externalTrafficPolicy ${path.route.service.externalTrafficPolicy}`
      : `${path.route.kind} of ${ownerOf(path)}`
  if (passes) return hop('kube-proxy', 'green', via, at)
  if (isNodeKnown(path) && needsLocalPod(path) && servingNodes(path).length > 0 && !servesOnMappedNode(path)) {
    const answer = witness === null ? '' : `; ${witness.point.target} answers`
    return hop('kube-proxy', 'red', `${via}: no endpoint on ${path.container.name}${answer}`, at)
  }
  if (isServedByNetwork(path)) return hop('kube-proxy', 'not seen', `${via}: ${BY_NETWORK}`, at)
  if (servingNodes(path).length === 0)
    return hop('kube-proxy', 'red', `${via}: rejects, since there is no endpoint`, at)
  const rules = clusterAddressFromMappedNode(context)
  if (allAnswer(rules))
    return hop('kube-proxy', 'green', `${via}: its rules on ${path.container.name} lead to the pods`, at)
  if (noneAnswers(rules) && allAnswer(podsFromMappedNode(context))) {
    return hop('kube-proxy', 'red', `${via}: its rules on ${path.container.name} do not lead to the pods`, at)
  }
  return hop(
    'kube-proxy',
    cause === null && witness !== null ? 'red' : 'not seen',
    `${via}${witness === null ? '' : `; ${witness.point.target} answers`}`,
    at,
  )
}

/** What the rules themselves say goes before what is concluded of them. */
function withRules(context: RuleContext, concluded: Hop): Hop {
  const read = rulesClause(context)
  if (read === null || context.rules === null) return concluded
  const { to } = context.rules
  return { ...concluded, text: `${concluded.text}; ${read.text}`, ...(read.stops && { state: 'red', at: to }) }
}

function endpointHop(context: RuleContext, passes: boolean): Hop {
  const { path, at } = context
  const nodes = servingNodes(path)
  if (isServedByNetwork(path)) return hop('endpoint', passes ? 'green' : 'not seen', BY_NETWORK, at)
  if (path.route.kind === 'none') return hop('endpoint', 'not seen', 'nothing claims the port', at)
  const near = [...podsAtOwnNodes(context), ...podsOnLoopback(context)]
  if (!passes && noneAnswers(podsFromMappedNode(context)) && allAnswer(near)) {
    return hop('endpoint', 'red', `ready on ${listed(nodes)}, but not reachable from ${path.container.name}`, at)
  }
  return nodes.length === 0
    ? hop('endpoint', 'red', 'no endpoint is ready', at)
    : hop('endpoint', 'green', `ready on ${listed(nodes)}`, at)
}

function podHop(context: RuleContext, passes: boolean): Hop {
  const { path, at } = context
  if (isServedByNetwork(path)) return hop('pod', passes ? 'green' : 'not seen', BY_NETWORK, at)
  const notProbed = notProbedEndpoints(path)
  if (path.pods.length === 0 && notProbed !== null) return hop('pod', 'not seen', notProbed, at)
  if (path.pods.length === 0) return hop('pod', path.route.kind === 'none' ? 'not seen' : 'red', 'no pod', at)
  const text = [
    ...path.pods.map((pod) => `${pod.name} on ${pod.node ?? 'no node'} (${pod.ready ? 'ready' : pod.phase})`),
    ...(notProbed === null ? [] : [notProbed]),
  ]
  const own = podsAtOwnNodes(context)
  if (!passes && noneAnswers(own)) return hop('pod', 'red', `${listed(text)}, ${own[0]} at its own node`, at)
  const inside = podsOnLoopback(context)
  if (!passes && noneAnswers(inside))
    return hop('pod', 'red', `${listed(text)}, ${inside[0]} from inside (port-forward)`, at)
  return hop('pod', path.pods.some((pod) => pod.ready) ? 'green' : 'red', listed(text), at)
}

function applicationHop(context: RuleContext, answered: Seen | null): Hop {
  const name = 'application'
  if (answered !== null) {
    const { durationMs, status = 0, detail } = answered.history.last ?? {}
    const time = durationMs === undefined ? '' : ` in ${Math.round(durationMs)} ms`
    const away = status >= 300 && status < 400 && detail !== undefined ? `; it ${detail}, away from this port` : ''
    return hop(name, 'green', `answered ${answered.point.target}${time}${away}`, seenAt(answered.history))
  }
  const own = podsAtOwnNodes(context)
  const inside = podsOnLoopback(context)
  if (allAnswer(own)) return hop(name, 'green', 'answered at its own node', context.at)
  if (allAnswer(inside)) return hop(name, 'green', 'answered from inside its pod (port-forward)', context.at)
  if ([...own, ...inside].includes('silent'))
    return hop(name, 'red', 'accepts connections but does not answer', context.at)
  if (isRefusedBy(inside)) return hop(name, 'red', 'does not listen on the port, not even inside its pod', context.at)
  return hop(name, 'not seen', 'no probe got an answer from it', null)
}
