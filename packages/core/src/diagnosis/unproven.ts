import type { Cause } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'
import { needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { countPlacements, splitsByPlacement } from '../causes/placements.ts'
import { citeAgents } from '../causes/cite-agents.ts'
import { citeAbsence, citeEngine, citePlacements, citeProbes } from '../causes/cite.ts'
import type { Verdict } from './verdict.ts'
import { excludedByAgents } from '../causes/inside.ts'
import { kubectl, resourceName } from '../remedies/remedies.ts'
import { waysToSeparate } from './separate.ts'
import { isRunning, type Seen, type Situation } from '../causes/situation.ts'
import { targetPortOf } from '../causes/target-port.ts'
import { listed, ownerOf } from '../causes/words.ts'

/** No cause is proven: what was seen, which causes could show it, and what would tell them apart. */
export function unproven(situation: Situation): Verdict {
  const { path } = situation
  const excluded = excludedByAgents(situation)
  const candidates = couldBe(situation).filter((cause) => !excluded.includes(cause))
  return {
    cause: 'unproven',
    confidence: 'unproven',
    candidates,
    summary: isKeptOut(situation) ? keptOut(situation) : summary(situation),
    evidence: [
      ...evidence(situation),
      ...citePlacements(situation),
      ...citeProbes(situation),
      ...citeAgents(situation),
    ],
    remedies:
      path.route.kind === 'none'
        ? claimIt(situation)
        : [...(isKeptOut(situation) ? [] : lookCloser(situation)), ...waysToSeparate(situation, candidates)],
  }
}

function summary(situation: Situation): string {
  const { path, lost } = situation
  if (situation.engineLost !== null)
    return `The container engine does not answer (${situation.engineLost}), and the port went dark with it.`
  if (situation.blind !== null && path.route.kind === 'none') {
    return `What the port leads to is not known: ${situation.blind}.`
  }
  if (path.route.kind !== 'none') {
    return `${ownerOf(path)} should answer on ${path.container.name} (endpoints on ${listed(servingNodes(path))}), and no known cause fits what was seen.`
  }
  if (lost !== null && lost.route.kind === 'nodePort') {
    const { namespace, name } = lost.route.service
    return `Nothing uses ${path.container.name}:${path.mapping.containerPort} any more: Service ${namespace}/${name}, which had this nodePort, was deleted or gave it up.`
  }
  return `Nothing in the cluster uses ${path.container.name}:${path.mapping.containerPort}: no Service has this nodePort, no pod this hostPort.`
}

function evidence({ blind, engineLost, lost, at }: Situation): Evidence[] {
  return [
    ...(blind === null ? [] : [citeAbsence(blind, at)]),
    ...(lost === null ? [] : [citeAbsence('this is when the way from the node was taken away', lost.at)]),
    ...(engineLost === null ? [] : [citeEngine(engineLost, at)]),
  ]
}

function claimIt({ path, blind }: Situation): Remedy[] {
  if (blind !== null) return [{ text: "Make the cluster's API server reachable, then the cause can be told" }]
  return [
    {
      text: `Create a Service of type NodePort with nodePort ${path.mapping.containerPort}, or a pod with this hostPort; or take the mapping out of the kind configuration`,
    },
  ]
}

function lookCloser(situation: Situation): Remedy[] {
  const pod = situation.path.endpoints.find((endpoint) => endpoint.serves)?.pod
  if (pod === undefined || pod === null) return []
  return [
    {
      text: 'See whether the pod itself answers, without the way through the node',
      command: kubectl(situation, pod.namespace, 'port-forward', resourceName(pod), `:${targetPortOf(situation.path)}`),
    },
    { text: 'And what it says', command: kubectl(situation, pod.namespace, 'logs', resourceName(pod), '--tail=50') },
  ]
}

/** Causes that could show these symptoms and that these vantages cannot separate. */
function couldBe(situation: Situation): Cause[] {
  const { path } = situation
  if (situation.blind !== null || situation.engineLost !== null || path.route.kind === 'none') return []
  const at = (vantage: string) => symptomAt(situation.deciding, vantage)
  const loopback = at('host/loopback4')
  const lan = at('host/lan')
  const node = at('host/node-address')
  if (!path.mapping.inForce && isRunning(path.container)) return ['bindings_lost', 'port_taken']
  if (isKeptOut(situation)) return ['host_firewall']
  if (loopback === 'refused' && (lan === 'ok' || node === 'ok')) return ['proxy_dead']
  const elsewhere = situation.witnesses.map((seen) => seen.sighting.last?.symptom ?? null)
  if (elsewhere.some((symptom) => symptom !== null && isReachable(symptom))) {
    return needsLocalPod(path)
      ? ['kube_proxy_stale', 'rules_not_programmed', 'node_name_mismatch']
      : ['cross_node', 'kube_proxy_stale', 'rules_not_programmed', ...(node === 'silent' ? (['mtu'] as const) : [])]
  }
  const first = node ?? loopback
  if (first === 'tls_error') return ['protocol_mismatch']
  if (first === 'closed' || first === 'reset' || (first === 'refused' && node !== null)) {
    return path.route.kind === 'hostPort'
      ? ['hostport_unsupported', 'app_loopback']
      : ['app_loopback', 'target_port_wrong', 'kube_proxy_stale', 'rules_not_programmed', 'protocol_mismatch']
  }
  if (!servesOnMappedNode(path) && splitsByPlacement(countPlacements(situation.epochs))) {
    return ['cross_node', 'kube_proxy_stale', 'network_policy']
  }
  return servesOnMappedNode(path)
    ? ['app_slow', 'network_policy', 'node_name_mismatch', 'kube_proxy_stale']
    : ['cross_node', 'app_slow', 'network_policy', 'kube_proxy_stale']
}

/** Loopback answers, and the node itself where that is seen; the host's own address does not. */
function isKeptOut({ path, deciding }: Situation): boolean {
  const loopback = symptomAt(deciding, 'host/loopback4')
  const lan = symptomAt(deciding, 'host/lan')
  const node = symptomAt(deciding, 'host/node-address')
  const answers = (symptom: Symptom | null) => symptom !== null && isReachable(symptom)
  return (
    path.route.kind !== 'none' && answers(loopback) && lan !== null && !answers(lan) && (node === null || answers(node))
  )
}

function keptOut({ path }: Situation): string {
  return `${ownerOf(path)} answers at 127.0.0.1:${path.mapping.hostPort} and not at the host's LAN address: a firewall of the host may keep the port, or the engine's forwarding rules are gone.`
}

function symptomAt(seen: Seen[], vantage: string): Symptom | null {
  return seen.find((one) => one.point.vantage === vantage)?.sighting.last?.symptom ?? null
}
