import { nodePortRefused } from '../causes/told-elsewhere.ts'
import { listed } from '../causes/words.ts'
import { foreignNode } from '../cluster/foreign-node.ts'
import { groupName } from '../cluster/pod-group.ts'
import { podPending } from '../causes/pod-pending.ts'
import { portTaken } from '../causes/host-port-refused.ts'
import type { ServiceSnapshot } from '../model/snapshot.ts'
import { type Claimed, claimedBy } from './claim.ts'
import { contested } from './contested.ts'
import { servedElsewhere, withoutDataPath } from './data-path.ts'
import { freeNodePort, portOutOfRange, refusalText, rivalsAt, serviceName } from './refused.ts'
import { mappingRef, moveNodePort, otherHostPort } from '../remedies/edits.ts'
import { always, type Finding, fine, unknown } from './finding.ts'
import { noPods, wrongName } from './judge-endpoints.ts'
import { judgePlacement } from './judge-placement.ts'
import { keptOut } from './judge-policy.ts'
import { judgeUnclaimed } from './judge-unclaimed.ts'
import { type MappedPort, rivalOf } from '../route/mapped-port.ts'
import { pendingGroups } from './pending.ts'
import { eligibleForAny, type Scene } from './scene.ts'
import type { PortVerdict } from '../model/verdict.ts'

/** What will become of one mapped port: the first thing that decides. */
export function judgePort(scene: Scene, mapped: MappedPort): PortVerdict {
  const claim = scene.claims.get(mapped) ?? { kind: 'none' as const, groups: [] }
  const finding =
    hostPortTaken(scene, mapped) ??
    unlessPatched(scene, claim.kind === 'none' ? judgeUnclaimed(scene, mapped) : judgeDoor(scene, claim, mapped))
  return {
    cluster: scene.world.cluster,
    ...mapped,
    service: claim.kind === 'nodePort' ? `${claim.service.namespace}/${claim.service.name}` : null,
    mappedNodes: [mapped.node],
    eligibleNodes: eligibleForAny(scene, claim.groups),
    ...finding,
    about: mappingRef(mapped),
  }
}

/** An object is not what will be applied while a patch of it was not read. */
function unlessPatched({ world: { patching } }: Scene, finding: Finding): Finding {
  if (patching.length === 0 || finding.verdict === 'fine' || finding.verdict === 'unknown') return finding
  return unknown(`${finding.summary} But ${listed(patching)} may change that: render it first.`, finding.cause)
}

/** Of two Services that ask for one NodePort the API server takes the first, and which that is no file shows. */
function judgeDoor(scene: Scene, claim: Claimed, mapped: MappedPort): Finding {
  const finding = judgeClaimed(scene, claim, mapped)
  if (claim.kind !== 'nodePort') return finding
  const rivals = rivalsAt(scene, claim.service, claim.port)
  const isSame = rivals.every(
    (rival) => judgeClaimed(scene, claimedBy(rival, scene), mapped).verdict === finding.verdict,
  )
  if (isSame) return finding
  const names = [claim, ...rivals].map(({ service }) => serviceName(service))
  return unknown(
    `${listed(names)} ask for NodePort ${mapped.containerPort}: the API server refuses all but the one that comes first, and they do not lead to the same.`,
    nodePortRefused.cause,
  )
}

function judgeClaimed(scene: Scene, claim: Claimed, mapped: MappedPort): Finding {
  const whatever =
    refused(scene, claim, mapped) ??
    noPods(scene, claim) ??
    pinnedElsewhere(scene, claim) ??
    pendingGroups(scene, mapped, claim.groups) ??
    wrongName(claim) ??
    withoutDataPath(scene, claim) ??
    servedElsewhere(scene, claim, mapped) ??
    keptOut(scene, claim, mapped) ??
    contested(scene, claim, mapped)
  if (whatever !== null) return whatever
  return claim.kind === 'nodePort' && claim.service.externalTrafficPolicy === 'Cluster'
    ? anywhere(claim.service)
    : judgePlacement(scene, claim, mapped)
}

/** The name of the cluster may still be given when it is made, and decides the names of its nodes. */
function pinnedElsewhere({ world }: Scene, { groups }: Claimed): Finding | null {
  if (world.isComplete) return null
  const [group] = groups
  const foreign = groups.map(({ template }) => foreignNode(template, world.nodes))
  const [first] = foreign
  if (group === undefined || first == null || foreign.includes(null)) return null
  return unknown(
    `${groupName(group)} asks for node ${first.node}, which is one of a cluster named ${first.cluster}: if the cluster is made by that name, check it with --name ${first.cluster}.`,
    podPending.cause,
  )
}

function refused({ world, ports }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  if (claim.kind !== 'nodePort') return null
  const { service } = claim
  const port = portOutOfRange(world, service)
  if (port === null) return null
  const remedies =
    port === claim.port ? [moveNodePort(service, port, mapped, freeNodePort(world, ports, mapped.containerPort))] : []
  return always(nodePortRefused.cause, `${refusalText(world, service, port)}.`, { remedies })
}

function hostPortTaken({ ports }: Scene, mapped: MappedPort): Finding | null {
  const rival = rivalOf(mapped, ports)
  if (rival === null) return null
  const used = new Set(ports.map((port) => port.hostPort))
  let free = mapped.hostPort < 1024 ? mapped.hostPort + 8000 : mapped.hostPort + 1
  while (used.has(free)) free += 1
  const summary =
    rival === mapped
      ? `Host port ${mapped.hostPort} is mapped twice on ${mapped.node}: the cluster cannot be created.`
      : `Host port ${mapped.hostPort} is mapped on ${mapped.node} and on ${rival.node}: one address and port can be published once, so the cluster cannot be created.`
  return always(portTaken.cause, summary, {
    remedies: ports.indexOf(rival) <= ports.indexOf(mapped) ? [otherHostPort(mapped, free)] : [],
  })
}

function anywhere({ namespace, name }: ServiceSnapshot): Finding {
  return fine(
    `Every node forwards to the pods of Service ${namespace}/${name}, wherever they run.`,
    'the nodes reach each other',
  )
}
