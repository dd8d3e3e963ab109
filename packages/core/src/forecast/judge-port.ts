import { lbPending, nodePortRefused } from '../causes/without-incident.ts'
import { listed } from '../causes/words.ts'
import { foreignNode } from '../cluster/foreign-node.ts'
import { groupName } from '../cluster/pod-group.ts'
import { podPending } from '../causes/pod-pending.ts'
import { portTaken } from '../causes/host-port-refused.ts'
import type { PodSnapshot, ServiceSnapshot } from '../model/snapshot.ts'
import { balancedAt, type Claim, type Claimed, claimedBy } from './claim.ts'
import { contested } from './contested.ts'
import { unlessDoubted } from './doubted.ts'
import { servedElsewhere, withoutDataPath } from './data-path.ts'
import { freeNodePort, refusalOf, rivalsAt, serviceName } from './refused.ts'
import { mappingRef, moveNodePort, otherHostPort } from '../remedies/edits.ts'
import { always, type Finding, fine, unknown } from './finding.ts'
import { noPods, wrongName } from './judge-endpoints.ts'
import { judgePlacement } from './judge-placement.ts'
import { keptOut } from './judge-policy.ts'
import { judgeUnclaimed } from './judge-unclaimed.ts'
import { type MappedPort, overlap, rivalOf } from '../route/mapped-port.ts'
import { pendingGroups } from './pending.ts'
import { needsLocalPod, selects } from '../route/claim.ts'
import { eligibleForAny, type Scene } from './scene.ts'
import type { PortVerdict } from '../model/verdict.ts'

/** What will become of one mapped port: the first thing that decides. */
export function judgePort(scene: Scene, mapped: MappedPort): PortVerdict {
  const claim = scene.claims.get(mapped) ?? { kind: 'none' as const, groups: [] }
  const finding =
    hostPortTaken(scene, mapped) ??
    unlessPatched(
      scene,
      claim.kind === 'none'
        ? (ledAnywhere(claim, mapped) ?? judgeUnclaimed(scene, mapped))
        : unlessDoubted(scene, claim, mapped, judgeDoor(scene, claim, mapped)),
    )
  const { nodes, ...place } = mapped
  return {
    cluster: scene.world.cluster,
    ...place,
    service: claim.kind === 'nodePort' ? `${claim.service.namespace}/${claim.service.name}` : null,
    mappedNodes: [...nodes],
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
  const held = heldByAnother(scene, claim, mapped)
  if (held !== null) return held
  const finding = judgeClaimed(scene, claim, mapped)
  if (claim.kind !== 'nodePort') return finding
  const rivals = rivalsAt(scene, claim.service, claim.port)
  const isSame = rivals.every(
    (rival) => judgeClaimed(scene, claimedBy(rival, scene), mapped).verdict === finding.verdict,
  )
  if (isSame) return finding
  const names = [claim, ...rivals].map(({ service }) => serviceName(service))
  return unknown(
    `${listed(names)} ask for NodePort ${mapped.containerPort}: the API server refuses all but the one that comes first, and they do not lead to the same pods.`,
    nodePortRefused.cause,
  )
}

/** A port of every node is for one Service of type LoadBalancer, or for the edge proxy that the cluster brings. */
function heldByAnother({ world }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  if (world.network?.servesBalancers !== true) return null
  if (claim.kind === 'nodePort' && claim.port.nodePort === mapped.containerPort) return null
  const balanced = balancedAt(world.services, mapped).map(({ service }) => serviceName(service))
  const names = claim.kind === 'nodePort' ? balanced : [...claim.groups.map(groupName), ...balanced]
  if (world.network.edgePorts.includes(mapped.containerPort)) {
    names.push("the cluster's own edge proxy (Traefik, which --disable=traefik leaves out)")
  }
  return names.length < 2 || (claim.kind !== 'nodePort' && names.length === claim.groups.length)
    ? null
    : unknown(`${listed(names)} want port ${mapped.containerPort} of the nodes: one of them gets it.`, lbPending.cause)
}

function judgeClaimed(scene: Scene, claim: Claimed, mapped: MappedPort): Finding {
  const [staying] = answering(claim, mapped, claim.groups.flatMap(scene.staying))
  const whatever =
    refused(scene, claim, mapped) ??
    noPods(scene, claim) ??
    pinnedElsewhere(scene, claim) ??
    (staying === undefined ? pendingGroups(scene, mapped, claim.groups) : null) ??
    wrongName(claim) ??
    withoutDataPath(scene, claim) ??
    ledAnywhere(claim, mapped) ??
    servedElsewhere(scene, claim, mapped) ??
    keptOut(scene, claim, mapped) ??
    (staying === undefined ? contested(scene, claim, mapped) : null)
  if (whatever !== null) return whatever
  if (staying !== undefined) return fine(`Pod ${staying.namespace}/${staying.name} stays on ${staying.node}.`)
  return claim.kind === 'nodePort' && claim.service.externalTrafficPolicy === 'Cluster'
    ? anywhere(claim.service)
    : judgePlacement(scene, claim, mapped)
}

/** Those of the pods that answer at a port as things are. */
export function answering(claim: Claimed, mapped: MappedPort, pods: readonly PodSnapshot[]): PodSnapshot[] {
  const isMeant = ({ namespace, placement: { labels }, ready }: PodSnapshot) =>
    claim.kind === 'nodePort'
      ? selects(claim.service, { namespace, labels }) && (ready || claim.service.publishNotReadyAddresses)
      : ready
  const isNear = needsLocalPod({ route: claim })
    ? ({ node }: PodSnapshot) => node !== null && mapped.nodes.includes(node)
    : ({ node }: PodSnapshot) => node !== null
  return pods.filter((pod) => pod.phase === 'Running' && pod.deletedAt === 0 && isMeant(pod) && isNear(pod))
}

/** A balancer on the way does not say where it leads. */
function ledAnywhere(claim: Claim, { node, nodes }: MappedPort): Finding | null {
  if (nodes.length > 0) return null
  return claim.kind === 'nodePort' && claim.service.externalTrafficPolicy === 'Cluster'
    ? anywhere(claim.service)
    : unknown(`${node} chooses a node for each connection, and which ones it leads to could not be read.`)
}

/** The name of the cluster may still be given when it is made, and decides the names of its nodes. */
function pinnedElsewhere({ world }: Scene, { groups }: Claimed): Finding | null {
  if (world.isComplete) return null
  const [group] = groups
  const foreign = groups.map(({ template }) => foreignNode(template, world.nodes))
  const [first] = foreign
  if (group === undefined || first == null || foreign.includes(null)) return null
  return unknown(
    `${groupName(group)} asks for node ${first.node}, which belongs to a cluster named ${first.cluster}: if you create the cluster with that name, check it with --name ${first.cluster}.`,
    podPending.cause,
  )
}

function refused({ world, ports }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  if (claim.kind !== 'nodePort') return null
  const { service } = claim
  const refusal = refusalOf(world, service)
  if (refusal === null) return null
  const { cause, port, text } = refusal
  const remedies =
    port === claim.port ? [moveNodePort(service, port, mapped, freeNodePort(world, ports, mapped.containerPort))] : []
  return always(cause, `${text}.`, { remedies })
}

const API_SERVER_PORT = 6443

/** The tool publishes the API server itself; the very same mapping twice the engine takes for one. */
function isOfApiServer({ world }: Scene, { hostPort, protocol, containerPort, listenAddresses }: MappedPort): boolean {
  const api = world.network?.apiServer ?? null
  return (
    api !== null &&
    hostPort === api.port &&
    protocol === 'tcp' &&
    listenAddresses.some(
      (one) => overlap(one, api.address) && (one !== api.address || containerPort !== API_SERVER_PORT),
    )
  )
}

function hostPortTaken(scene: Scene, mapped: MappedPort): Finding | null {
  const { ports } = scene
  const rival = rivalOf(mapped, ports)
  const isOfApi = rival === null && isOfApiServer(scene, mapped)
  if (rival === null && !isOfApi) return null
  const used = new Set(ports.map((port) => port.hostPort))
  let free = mapped.hostPort < 1024 ? mapped.hostPort + 8000 : mapped.hostPort + 1
  while (used.has(free)) free += 1
  const isFirst = rival === null || ports.indexOf(rival) <= ports.indexOf(mapped)
  return always(portTaken.cause, takenText(mapped, rival), { remedies: isFirst ? [otherHostPort(mapped, free)] : [] })
}

function takenText(mapped: MappedPort, rival: MappedPort | null): string {
  if (rival === mapped)
    return `Host port ${mapped.hostPort} is mapped twice on ${mapped.node}: the cluster cannot be created.`
  const where =
    rival === null
      ? `is that of the API server as well (networking.apiServerPort of kind, kubeAPI.hostPort of k3d)`
      : `is mapped on ${mapped.node} and on ${rival.node}`
  return `Host port ${mapped.hostPort} ${where}: one address and port can be published only once, so the cluster cannot be created.`
}

function anywhere({ namespace, name }: ServiceSnapshot): Finding {
  return fine(
    `Every node forwards to the pods of Service ${namespace}/${name}, wherever they run.`,
    'the nodes reach each other',
  )
}
