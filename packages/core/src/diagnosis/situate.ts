import { kubeProxyPlan } from '../probing/fabric.ts'
import { meshTo } from '../probing/mesh.ts'
import { absentAgents } from '../probing/presence.ts'
import type { Situation } from '../causes/situation.ts'
import { type Inventory, knowsObjects, staleBecause } from '../cluster/inventory.ts'
import { kubectlOf } from '../remedies/kubectl.ts'
import { keyOf, type ServiceSnapshot } from '../model/snapshot.ts'
import { readMappings } from '../route/mapping.ts'
import type { ClusterState } from '../state.ts'
import { decidingPoints, failingPoints, type TargetTrack } from '../incidents/target-track.ts'

/** How long the machine's own trouble is held against what was seen. */
const TROUBLE_MS = 3000
/** So many probes in a row that failed on this machine itself, on every vantage, make it the machine's trouble. */
const LOCAL_ERRORS = 3

/** Gathers what the rules may look at. */
export function situate(state: ClusterState, track: TargetTrack, at: number): Situation {
  const { inventory } = state
  const deciding = decidingPoints(track, state.nodeAddressAnswers)
  const failing = failingPoints(track, state.nodeAddressAnswers)
  const seen = (points: TargetTrack['points']) => points.map((point) => ({ point, sighting: point.sighting }))
  return {
    at,
    cluster: state.name,
    kubectl: kubectlOf(state.settings),
    engine: inventory.engine,
    engineLost: inventory.engineLost,
    path: track.path,
    changedAt: track.changedAt,
    policyChangedAt: track.policyChangedAt,
    lost: track.lost,
    // What is behind a getter few rules ask for, and this is done for every outcome of a port that is not well.
    get epochs() {
      return [...track.epochs, track.epoch]
    },
    darkSince: failing.length === 0 ? null : Math.min(...failing.map(({ sighting }) => sighting.firstFailureAt ?? at)),
    deciding: seen(deciding),
    witnesses: state.nodeAddressAnswers ? seen(track.points.filter((point) => point.role === 'witness')) : [],
    agents: track.agentPoints,
    kubeProxy: state.fabricSightings.get(kubeProxyPlan(track.path.container.name)) ?? null,
    kubeProxies: [...inventory.kubeProxies.values()],
    nodes: inventory.nodes,
    get enforcesPolicies() {
      return enforcesPolicies(inventory)
    },
    get absent() {
      return absentAgents(inventory, at)
    },
    mesh: (node) => meshTo(state, node),
    containers: inventory.containers,
    exitCodes: inventory.exitCodes,
    get unmapped() {
      return track.path.route.kind === 'none' ? unmappedNodePorts(state) : []
    },
    warnings: inventory.warnings,
    proberTrouble: proberTrouble(state, track, at),
    blind: blindBecause(state),
  }
}

const ENFORCING = ['kindnet', 'calico-node', 'cilium', 'antrea-agent', 'kube-router', 'weave-net']
const NOT_ENFORCING = ['kube-flannel-ds']

/**
 * By the DaemonSet of the pod network.
 *
 * Source: kindnet does since kind 0.24; the documentation of the others.
 */
function enforcesPolicies({ workloads }: Inventory): boolean | null {
  const runs = (name: string) => workloads.has(keyOf({ kind: 'DaemonSet', namespace: 'kube-system', name }))
  if (ENFORCING.some(runs)) return true
  return NOT_ENFORCING.some((name) => runs(name) || workloads.has(`DaemonSet/kube-flannel/${name}`)) ? false : null
}

/** Why the prober's own machine cannot be trusted now; null when it can. */
export function proberTrouble(state: ClusterState, track: TargetTrack, at: number): string | null {
  const trouble = state.proberTrouble
  if (trouble !== null && at - trouble.to < TROUBLE_MS) return trouble.reason
  const points = decidingPoints(track, state.nodeAddressAnswers)
  if (points.length === 0 || points.some((point) => point.sighting.localErrors < LOCAL_ERRORS)) return null
  return 'this machine could not open the sockets to probe with'
}

/** Why the cluster's objects are not known, or not fresh; null when they are. */
export function blindBecause(state: ClusterState): string | null {
  const stale = staleBecause(state.inventory)
  if (stale !== null) return `the API server of ${state.name} cannot be reached (${stale})`
  return knowsObjects(state.inventory) ? null : `the API server of ${state.name} has not answered yet`
}

function unmappedNodePorts(state: ClusterState): { service: ServiceSnapshot; nodePort: number }[] {
  const mapped = new Set(readMappings(state.inventory.containers).map((one) => `${one.containerPort}/${one.protocol}`))
  const found: { service: ServiceSnapshot; nodePort: number }[] = []
  for (const service of state.inventory.services.values()) {
    for (const { nodePort, protocol } of service.ports) {
      if (nodePort > 0 && !mapped.has(`${nodePort}/${protocol.toLowerCase()}`)) found.push({ service, nodePort })
    }
  }
  return found.sort((a, b) => a.nodePort - b.nodePort)
}
