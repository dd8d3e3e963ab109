import { listed, ownerOf } from '../causes/words.ts'
import type { Assessment } from './assess.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  noneAnswers,
  podsAtOwnNodes,
  podsFromMappedNode,
} from '../causes/inside.ts'
import { isRunning, type Situation } from '../causes/situation.ts'
import { notProbedEndpoints } from '../route/pod-target.ts'
import { needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { seenAt } from '../probing/sighting.ts'
import { isReachable } from '../model/symptom.ts'
import type { TrackedPoint } from '../probing/tracked-point.ts'
import type { WatchedPort } from './watched-port.ts'
import type { Hop } from '../model/view.ts'

/**
 * The way from the client to the application, hop by hop. A hop is green when something was seen to pass it, red when
 * what was seen or what the objects say stops there, and not seen otherwise.
 */
export function hopsOf({ context: situation, predicted: rule }: Assessment, track: WatchedPort): Hop[] {
  const { path } = situation
  const own = track.points.filter((point) => point.role !== 'note' && point.role !== 'witness')
  const through = own.find((point) => answers(point)) ?? null
  const witness = track.points.find((point) => point.role === 'witness' && answers(point)) ?? null
  const proxy = own.find((point) => point.vantage !== 'host/node-address' && point.sighting.last !== null) ?? null
  const accepted =
    path.mapping.protocol === 'tcp' &&
    proxy?.sighting.last != null &&
    !['refused', 'connect_timeout', 'unreachable'].includes(proxy.sighting.last.symptom)
  const passes = through !== null
  return [
    hop(
      'client',
      situation.proberTrouble === null ? 'green' : 'red',
      situation.proberTrouble ?? 'this machine',
      situation.at,
    ),
    hop(
      'host port',
      passes || accepted ? 'green' : !path.mapping.inForce || proxy !== null ? 'red' : 'not seen',
      `${path.mapping.listenAddresses.map((address) => `${address}:${path.mapping.hostPort}`).join(', ')}${proxy === null ? '' : `: ${proxy.sighting.last?.symptom}`}`,
      proxy === null ? null : seenAt(proxy.sighting),
    ),
    hop(
      'engine',
      path.mapping.inForce ? 'green' : 'red',
      path.mapping.inForce
        ? `${situation.engine?.kind ?? 'the engine'} maps it to ${path.container.name}:${path.mapping.containerPort}`
        : 'the engine does not hold the binding any more',
      situation.at,
    ),
    hop(
      'node',
      isRunning(path.container) ? 'green' : 'red',
      `${path.container.name} is ${path.container.state}`,
      situation.at,
    ),
    kubeProxyHop(situation, passes, witness, rule?.cause ?? null),
    endpointHop(situation, passes),
    podHop(situation, passes),
    applicationHop(situation, through ?? witness),
  ]
}

function hop(name: Hop['name'], state: Hop['state'], text: string, at: number | null): Hop {
  return { name, state, text, at }
}

function answers(point: TrackedPoint): boolean {
  return point.sighting.last !== null && isReachable(point.sighting.last.symptom)
}

function kubeProxyHop(situation: Situation, passes: boolean, witness: TrackedPoint | null, cause: string | null): Hop {
  const { path, at } = situation
  if (path.route.kind === 'none' && situation.blind !== null) return hop('kube-proxy', 'not seen', situation.blind, at)
  if (path.route.kind === 'none')
    return hop('kube-proxy', 'red', `nothing claims port ${path.mapping.containerPort} on ${path.container.name}`, at)
  const via =
    path.route.kind === 'nodePort'
      ? `${ownerOf(path)}, externalTrafficPolicy ${path.route.service.externalTrafficPolicy}`
      : `${path.route.kind} of ${ownerOf(path)}`
  if (passes) return hop('kube-proxy', 'green', via, at)
  if (needsLocalPod(path) && servingNodes(path).length > 0 && !servesOnMappedNode(path)) {
    const answer = witness === null ? '' : `; ${witness.target} answers`
    return hop('kube-proxy', 'red', `${via}: no endpoint on ${path.container.name}${answer}`, at)
  }
  if (servingNodes(path).length === 0)
    return hop('kube-proxy', 'red', `${via}: rejects, since there is no endpoint`, at)
  const rules = clusterAddressFromMappedNode(situation)
  if (allAnswer(rules))
    return hop('kube-proxy', 'green', `${via}: its rules on ${path.container.name} lead to the pods`, at)
  if (noneAnswers(rules) && allAnswer(podsFromMappedNode(situation))) {
    return hop('kube-proxy', 'red', `${via}: its rules on ${path.container.name} do not lead to the pods`, at)
  }
  return hop(
    'kube-proxy',
    cause === null && witness !== null ? 'red' : 'not seen',
    `${via}${witness === null ? '' : `; ${witness.target} answers`}`,
    at,
  )
}

function endpointHop(situation: Situation, passes: boolean): Hop {
  const { path, at } = situation
  const nodes = servingNodes(path)
  if (path.route.kind === 'none') return hop('endpoint', 'not seen', 'nothing claims the port', at)
  if (!passes && noneAnswers(podsFromMappedNode(situation)) && allAnswer(podsAtOwnNodes(situation))) {
    return hop('endpoint', 'red', `ready on ${listed(nodes)}, and not to be reached from ${path.container.name}`, at)
  }
  return nodes.length === 0
    ? hop('endpoint', 'red', 'no endpoint is ready', at)
    : hop('endpoint', 'green', `ready on ${listed(nodes)}`, at)
}

function podHop(situation: Situation, passes: boolean): Hop {
  const { path, at } = situation
  const notProbed = notProbedEndpoints(path)
  if (path.pods.length === 0 && notProbed !== null) return hop('pod', 'not seen', notProbed, at)
  if (path.pods.length === 0) return hop('pod', path.route.kind === 'none' ? 'not seen' : 'red', 'no pod', at)
  const text = [
    ...path.pods.map((pod) => `${pod.name} on ${pod.node ?? 'no node'} (${pod.ready ? 'ready' : pod.phase})`),
    ...(notProbed === null ? [] : [notProbed]),
  ]
  const own = podsAtOwnNodes(situation)
  if (!passes && noneAnswers(own)) return hop('pod', 'red', `${listed(text)}, ${own[0]} at its own node`, at)
  return hop('pod', path.pods.some((pod) => pod.ready) ? 'green' : 'red', listed(text), at)
}

function applicationHop(situation: Situation, answered: TrackedPoint | null): Hop {
  const name = 'application'
  if (answered !== null) {
    const duration = answered.sighting.last?.durationMs
    const time = duration === undefined ? '' : ` in ${Math.round(duration)} ms`
    return hop(name, 'green', `answered ${answered.target}${time}`, seenAt(answered.sighting))
  }
  const own = podsAtOwnNodes(situation)
  if (allAnswer(own)) return hop(name, 'green', 'answered the agent on its own node', situation.at)
  if (own.includes('silent')) return hop(name, 'red', 'takes connections and does not answer', situation.at)
  return hop(name, 'not seen', 'no probe got an answer from it', null)
}
