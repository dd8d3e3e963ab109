import { etpLocal } from '../causes/etp-local.ts'
import { hostnetOff, hostportOff } from '../causes/hostport-off.ts'
import { podPending } from '../causes/pod-pending.ts'
import { mappedNodeExcluded } from '../causes/mapped-node-excluded.ts'
import { count, listed, oneOf } from '../causes/words.ts'
import type { Cause } from '../model/cause.ts'
import type { NodeSnapshot } from '../model/snapshot.ts'
import type { Claim, Claimed } from './claim.ts'
import { type Darkness, darknessOf } from './darkness.ts'
import { labelNode, pinTo, policyCluster } from '../remedies/edits.ts'
import { concerns } from '../cluster/eligible.ts'
import { claimsOf, neverRunsBecause, oneByOne, wouldRunPinned } from '../cluster/volumes.ts'
import { always, type Finding, fine, may, unknown } from './finding.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import { hostPortsOf } from '../cluster/host-ports.ts'
import { groupName, isForeign, type PodGroup } from '../cluster/pod-group.ts'
import { eligibleForAny, nodeOf, type Scene } from './scene.ts'
import type { EditRemedy } from '../model/verdict.ts'

/** A port that answers only while a pod is on the mapped node. */
export function judgePlacement(scene: Scene, claim: Claimed, mapped: MappedPort): Finding {
  const { groups } = claim
  const where = oneOf(mapped.nodes)
  const foreign = groups.find(isForeign)
  if (foreign !== undefined) {
    return unknown(
      `Only a pod on ${where} answers, and where ${groupName(foreign)} has its pods is up to a controller that is not known.`,
    )
  }
  const who = listed(groups.map(groupName))
  const exclusion = lastingExclusion(scene, groups, mapped)
  const remedies = remediesFor(scene, claim, mapped)
  if (exclusion !== null) {
    return always(mappedNodeExcluded.cause, `${who} can never have a pod on ${where}: ${exclusion}.`, {
      remedies,
    })
  }
  const each = groups.filter((group) => group.replicas !== 0).map((group) => darknessFor(scene, group, mapped))
  const mounting = groups.find((group) => claimsOf(group).length > 0)
  if (mounting !== undefined && scene.world.volumesUnknown !== null) {
    return unknown(
      `${groupName(mounting)} mounts ${listed(claimsOf(mounting))}; on which nodes that may be is not known: ${scene.world.volumesUnknown}.`,
    )
  }
  if (each.some((one) => !one.possible)) return fine(`A pod of ${who} is always on ${where}.`, passedOn(mapped))
  const taken = groups
    .flatMap((group) => mapped.nodes.flatMap((name) => scene.eligible(group).excluded.get(name) ?? []))
    .find(({ isContested }) => isContested)
  if (taken !== undefined) return may(podPending.cause, `Only a pod on ${where} answers, and ${taken.because}.`)
  const places = eligibleForAny(scene, groups)
  const replicas = groups.reduce((total, group) => total + placedOf(scene, group), 0)
  return {
    verdict: 'may_go_dark',
    darkProbability: each.reduce((chance, one) => chance * one.probability, 1),
    cause: causeOf(claim),
    summary: `${count(replicas, 'pod')} of ${who} may land on ${listed(places)}; only a pod on ${where} answers.`,
    assumption: `${
      replicas === 1
        ? 'uniform placement over the eligible nodes'
        : 'uniform placement over equally loaded nodes, on which the scheduler keeps replicas apart'
    }${mounting === undefined ? '' : `; a volume that is made there keeps a pod on the node where it first runs, as those of kind's own StorageClass do`}`,
    remedies,
  }
}

/** Where a balancer is before the nodes, some of which may not answer. Source: k3d, proxy/templates/nginx.tmpl. */
function passedOn({ node, nodes, protocol }: MappedPort): string | null {
  return nodes.length > 1 && protocol === 'tcp'
    ? `${node} passes a connection on to the next node where one does not answer, which may take 2 s`
    : null
}

function causeOf({ kind, groups }: Claimed): Cause {
  if (kind === 'nodePort') return etpLocal.cause
  return groups.every((group) => group.template.hostNetwork) ? hostnetOff.cause : hostportOff.cause
}

/** Why no pod will ever be on a mapped node; null where one may. */
function lastingExclusion(scene: Scene, groups: readonly PodGroup[], { nodes }: MappedPort): string | null {
  const reasons = nodes.map((node) => lastingExclusionAt(scene, groups, node))
  return reasons.includes(null) ? null : (reasons[0] ?? null)
}

function lastingExclusionAt(scene: Scene, groups: readonly PodGroup[], node: string): string | null {
  if (nodeOf(scene, node) === null) return `${node} is not a node of the cluster`
  const reasons = groups.map((group) => scene.eligible(group).excluded.get(node))
  const lasting = reasons.find((one) => one?.lasts)
  const isSure = reasons.every((one) => one?.lasts === true && !one.isContested)
  return lasting !== undefined && isSure ? lasting.because : null
}

/** How many pods of a group are placed: all of them, but for those that stay. */
function placedOf(scene: Scene, group: PodGroup): number {
  return Math.max(0, (group.replicas ?? 0) - scene.staying(group).length)
}

function darknessFor(scene: Scene, group: PodGroup, mapped: MappedPort): Darkness {
  const { nodes } = scene.eligible(group)
  const lit = nodes.filter(({ name }) => mapped.nodes.includes(name))
  if (lit.length === 0) return { probability: 1, possible: true }
  if (group.replicas === null) return { probability: 0, possible: false }
  const single = oneByOne(group).map((one) => ({
    replicas: one.replicas ?? 0,
    nodes: nodes.filter((place) => neverRunsBecause(scene.volumes, one, place) === null),
  }))
  if (single.some((one) => one.nodes.length > 0 && one.nodes.every((place) => lit.includes(place))))
    return { probability: 0, possible: false }
  const free = single.filter((one) => one.nodes.some((place) => lit.includes(place)))
  const isAlone = hostPortsOf(group.template).length > 0
  // A pod that is on a lit node and stays is not ready: until it is, the others are what counts.
  const staysAt = (name: string) =>
    mapped.nodes.includes(name) ? 0 : scene.staying(group).filter((pod) => pod.node === name).length
  const taken = single.flatMap((one) => (isAlone && one.nodes.length === 1 ? one.nodes : []))
  return darknessOf(
    nodes
      .filter((one) => !taken.includes(one))
      .map(({ name, labels }) => ({ lit: mapped.nodes.includes(name), pods: staysAt(name), labels })),
    Math.max(0, free.reduce((count, { replicas }) => count + replicas, 0) - scene.staying(group).length),
    (group.template.podRules ?? []).filter((rule) => concerns(rule, group, group)),
    isAlone,
  )
}

function remediesFor(scene: Scene, claim: Claimed, mapped: MappedPort): EditRemedy[] {
  const forward = claim.kind === 'nodePort' ? [policyCluster(claim.service)] : []
  if (leadsToOtherNodes(scene, claim, mapped)) {
    return [...forward, { text: 'Run a pod on each of the mapped nodes, as a DaemonSet does', edits: [] }]
  }
  const [first = mapped.node] = mapped.nodes
  const node = nodeOf(scene, first)
  return node === null ? forward : [...forward, ...claim.groups.flatMap((group) => bringTo(scene, group, node))]
}

/** Then a pod that is kept on one of the nodes leaves the ports of the others dark. */
function leadsToOtherNodes({ ports, claims }: Scene, claim: Claimed, mapped: MappedPort): boolean {
  const leads = (other: Claim | undefined) => other !== undefined && other.kind !== 'none' && sharesPods(other, claim)
  return ports.some((port) => port.node !== mapped.node && leads(claims.get(port)))
}

function sharesPods(a: Claimed, b: Claimed): boolean {
  return a.groups.some((group) => b.groups.includes(group))
}

function bringTo({ volumes }: Scene, group: PodGroup, node: NodeSnapshot): EditRemedy[] {
  if (wouldRunPinned(volumes, group, node)) return [pinTo(group, node)]
  const label = labelNode(group, node)
  const labels = { ...node.labels, ...group.template.nodeSelector }
  return label === null || !wouldRunPinned(volumes, group, { ...node, labels }) ? [] : [label]
}
