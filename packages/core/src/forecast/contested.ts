import { podPending } from '../causes/pod-pending.ts'
import { listed } from '../causes/words.ts'
import { hostPortsOf, sharedHostPort } from '../cluster/host-ports.ts'
import { groupName, type PodGroup } from '../cluster/pod-group.ts'
import type { PreflightWarning } from '../model/verdict.ts'
import { refOf } from '../remedies/edits.ts'
import { needsLocalPod } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claimed } from './claim.ts'
import { type Finding, may } from './finding.ts'
import type { Scene } from './scene.ts'

/** Other pods may hold the host port that these want, on every node where one of these would answer. */
export function contested(scene: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const needs = needsLocalPod({ route: claim }) ? mapped.nodes : null
  const rivals = claim.groups.map((group) =>
    rivalsOf(scene, group, needs).filter((one) => !claim.groups.some((mine) => isSame(mine, one))),
  )
  const [first] = rivals
  const [group] = claim.groups
  if (group === undefined || first === undefined || rivals.some((one) => one.length === 0)) return null
  return may(
    podPending.cause,
    `${groupName(group)} and ${listed(first.map(groupName))} want the same host port of their nodes: whichever pod comes second has to wait.`,
  )
}

/** Each pair of pods of which one may find no node. */
export function contestWarnings(scene: Scene): PreflightWarning[] {
  const pairs = scene.groups.flatMap((group) => rivalsOf(scene, group, null).map((rival) => [group, rival] as const))
  const isRepeated = ([a, b]: (typeof pairs)[number]) =>
    pairs.some(([c, d]) => a === d && b === c && isBefore(scene, c, a))
  return pairs
    .filter((pair) => !isRepeated(pair))
    .map(([group, rival]) => ({
      cause: podPending.cause,
      text: `${groupName(group)} and ${groupName(rival)} both want port ${sharedHostPort(group.template, rival.template)} of the same nodes: a node holds one of them, and the pods that find none wait.`,
      hostPort: null,
      remedies: [],
      about: refOf(group),
    }))
}

function isBefore({ groups }: Scene, a: PodGroup, b: PodGroup): boolean {
  return groups.indexOf(a) < groups.indexOf(b)
}

/**
 * Those that may hold the host ports of the group on all nodes where it needs to be.
 *
 * @param needs null: any node where it may be will do
 */
function rivalsOf(scene: Scene, group: PodGroup, needs: readonly string[] | null): PodGroup[] {
  if (hostPortsOf(group.template).length === 0 || group.replicas === 0) return []
  const places = placesOf(scene, group)
  const needed = needs === null ? places : places.filter((name) => needs.includes(name))
  if (needed.length === 0) return []
  const rivals = scene.groups.filter((other) => {
    if (isSame(other, group) || other.replicas === 0 || sharedHostPort(group.template, other.template) === null)
      return false
    const theirs = placesOf(scene, other)
    return needed.some((name) => theirs.includes(name))
  })
  const holds = (name: string) => rivals.filter((rival) => placesOf(scene, rival).includes(name))
  const pods = rivals.reduce((sum, { replicas }) => sum + (replicas ?? needed.length), 0)
  return pods >= needed.length && needed.every((name) => holds(name).length > 0) ? rivals : []
}

/** Of a StatefulSet a Service may select one pod: a group of its own, and the same for all that. */
function isSame(a: PodGroup, b: PodGroup): boolean {
  return groupName(a) === groupName(b)
}

/** Nodes that may hold it, were it not for the host ports of others. */
function placesOf(scene: Scene, group: PodGroup): string[] {
  const { nodes, excluded } = scene.eligible(group)
  const taken = [...excluded].filter(([, { isContested }]) => isContested).map(([name]) => name)
  return [...nodes.map(({ name }) => name), ...taken]
}
