import { listed } from '../diagnosis/words.ts'
import { type Claim, containerPortOf, needsLocalPod } from './claim.ts'
import { letIn, mappingRef, otherHostPort, scaleUp, selectPods } from './edits.ts'
import { always, type Finding, fine, unknown } from './finding.ts'
import { judgePlacement } from './judge-placement.ts'
import { judgeUnclaimed } from './judge-unclaimed.ts'
import { type MappedPort, rivalOf } from './mapped-port.ts'
import { policyAgainst } from './network-policy.ts'
import { groupName, type PodGroup } from './pod-group.ts'
import { pendingGroups } from './pending.ts'
import { eligibleForAny, type Scene } from './scene.ts'
import type { PortVerdict } from './verdict.ts'

type Claimed = Exclude<Claim, { kind: 'none' }>

/** What will become of one mapped port: the first thing that decides. */
export function judgePort(scene: Scene, mapped: MappedPort): PortVerdict {
  const claim = scene.claims.get(mapped) ?? { kind: 'none' }
  const groups = claim.kind === 'none' ? [] : claim.groups
  const finding =
    portTaken(scene, mapped) ??
    (claim.kind === 'none'
      ? judgeUnclaimed(scene, mapped)
      : (noPods(scene, claim) ??
        wrongName(claim) ??
        pendingGroups(scene, mapped, groups) ??
        kept(scene, claim, mapped) ??
        (needsLocalPod(claim) ? judgePlacement(scene, claim, mapped) : anywhere(claim))))
  return {
    cluster: scene.world.cluster,
    ...mapped,
    service: claim.kind === 'nodePort' ? `${claim.service.namespace}/${claim.service.name}` : null,
    mappedNodes: [mapped.node],
    eligibleNodes: eligibleForAny(scene, groups),
    ...finding,
    about: mappingRef(mapped),
  }
}

function portTaken({ ports }: Scene, mapped: MappedPort): Finding | null {
  const rival = rivalOf(mapped, ports)
  if (rival === null) return null
  const used = new Set(ports.map((port) => port.hostPort))
  let free = mapped.hostPort < 1024 ? mapped.hostPort + 8000 : mapped.hostPort + 1
  while (used.has(free)) free += 1
  const summary =
    rival === mapped
      ? `Host port ${mapped.hostPort} is mapped twice on ${mapped.node}: the cluster cannot be created.`
      : `Host port ${mapped.hostPort} is mapped on ${mapped.node} and on ${rival.node}: one address and port can be published once, so the cluster cannot be created.`
  return always('port_taken', summary, {
    remedies: ports.indexOf(rival) <= ports.indexOf(mapped) ? [otherHostPort(mapped, free)] : [],
  })
}

function noPods(scene: Scene, claim: Claimed): Finding | null {
  const asleep = claim.groups.find((group) => group.replicas === 0)
  if (asleep !== undefined && claim.groups.every((group) => group.replicas === 0)) {
    return always('no_endpoints', `${groupName(asleep)} asks for no pods.`, { remedies: [scaleUp(asleep)] })
  }
  if (claim.kind !== 'nodePort' || claim.groups.length > 0) return null
  const { service, port } = claim
  const name = `Service ${service.namespace}/${service.name}`
  const { world, groups } = scene
  const hasOwnSlices = world.slices.some(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  )
  const keys = Object.keys(service.selector)
  if (hasOwnSlices) return unknown(`${name} has endpoints that no selector keeps: where they lead is not known.`)
  const near = groups.filter((group) => group.namespace === service.namespace)
  const likely = near.filter((group) => containerPortOf(port, group) !== null && declares(group, port.targetPort))
  const remedies = likely.length === 1 ? likely.map((group) => selectPods(service, group)) : []
  if (keys.length === 0)
    return always('no_endpoints', `${name} has no selector, so it gets no endpoints.`, { remedies })
  const sharesKey = near.some((group) => keys.some((key) => key in group.template.labels))
  const wanted = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`)
  return sharesKey
    ? always('no_endpoints', `${name} selects ${listed(wanted)}, which no pods here have.`, { remedies })
    : unknown(`${name} selects ${listed(wanted)}; the pods are not among what was read.`)
}

function declares(group: PodGroup, targetPort: string): boolean {
  return group.template.ports.some((one) => one.name === targetPort || String(one.containerPort) === targetPort)
}

function wrongName(claim: Claimed): Finding | null {
  if (claim.kind !== 'nodePort' || claim.groups.some((group) => containerPortOf(claim.port, group) !== null))
    return null
  const { service, port, groups } = claim
  return always(
    'target_port_wrong',
    `Service ${service.namespace}/${service.name} leads to the port named ${port.targetPort}, which ${listed(groups.map(groupName))} does not declare.`,
  )
}

/** NetworkPolicies that let nobody from outside in. */
function kept({ world }: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const barred = claim.groups.map((group) => {
    const port = claim.kind === 'nodePort' ? containerPortOf(claim.port, group) : behindHostPort(group, mapped)
    const policy = port === null ? null : policyAgainst(group, port, world.policies)
    return policy === null || port === null ? null : { policy, port }
  })
  const first = barred[0]
  if (!first || barred.includes(null)) return null
  return always(
    'network_policy',
    `NetworkPolicy ${first.policy.namespace}/${first.policy.name} selects the pods and lets no client from outside the cluster in.`,
    {
      assumption: 'the pod network enforces policies, as kindnet does since kind 0.24',
      remedies: [letIn(first.policy, first.port, mapped.protocol.toUpperCase())],
    },
  )
}

function behindHostPort(group: PodGroup, mapped: MappedPort): number | null {
  return group.template.ports.find((one) => one.hostPort === mapped.containerPort)?.containerPort ?? null
}

function anywhere(claim: Claimed): Finding {
  return fine(
    claim.kind === 'nodePort'
      ? `Every node forwards to the pods of ${claim.service.namespace}/${claim.service.name}, wherever they run.`
      : '',
    'the nodes reach each other',
  )
}
