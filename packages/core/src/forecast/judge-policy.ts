import { oneOf } from '../causes/words.ts'
import { networkPolicy } from '../causes/network-policy.ts'
import { barrierTo } from '../cluster/network-policy.ts'
import { rangesOfClients, rangesOfNodes } from '../model/address-range.ts'
import type { PreflightWorld } from '../model/world.ts'
import { letIn } from '../remedies/edits.ts'
import { needsLocalPod, portBehind, targetPortIn } from '../route/claim.ts'
import { familiesOf } from '../route/families.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claimed } from './claim.ts'
import { always, type Finding, unknown } from './finding.ts'
import { eligibleForAny, type Scene } from './scene.ts'

/**
 * NetworkPolicies that let nobody from outside in, unless the pod network is known not to enforce any. Under policy Cluster
 * the packets come from the mapped node itself, and what comes from a pod's own node is always let in.
 *
 * Source: Kubernetes, "Network Policies": traffic to and from the node where a pod runs is always allowed.
 */
export function keptOut(scene: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const { world } = scene
  if (world.enforcesPolicies === false) return null
  const families = familiesAt(world, mapped)
  const sources = needsLocalPod({ route: claim }) ? rangesOfClients(families) : rangesOfNodes(families)
  const barred = claim.groups.flatMap((group) => {
    const port =
      claim.kind === 'nodePort'
        ? targetPortIn(claim.port, group.template)
        : (portBehind(group.template, { ...mapped, addresses: [] })?.containerPort ?? null)
    if (port === null) return []
    const barrier = barrierTo(group, { number: port, protocol: mapped.protocol }, world.policies, sources)
    return barrier === null ? [] : [{ ...barrier, port }]
  })
  const first = barred[0]
  if (first === undefined || barred.length < claim.groups.length) return null
  const remedies = [letIn(first.policy, first.port, mapped.protocol.toUpperCase())]
  const name = `NetworkPolicy ${first.policy.namespace}/${first.policy.name}`
  if (barred.some(({ keeps }) => keeps === 'some')) {
    return unknown(
      `${name} selects the pods and allows clients from outside the cluster only by their address (ipBlock): which address they have depends on the engine's network and on the traffic policy.`,
      networkPolicy.cause,
      { remedies },
    )
  }
  const summary = `${name} selects the pods and allows no client from outside the cluster.`
  if (
    !needsLocalPod({ route: claim }) &&
    eligibleForAny(scene, claim.groups).some((name) => mapped.nodes.includes(name))
  ) {
    const own = `A pod that runs on ${oneOf(mapped.nodes)} may answer all the same: most enforcers allow what the pod's own node forwards.`
    return unknown(`${summary} ${own}`, networkPolicy.cause, { remedies })
  }
  return always(networkPolicy.cause, summary, {
    assumption:
      world.enforcesPolicies === true ? null : 'the pod network enforces policies, as kindnet does since kind 0.24',
    remedies,
  })
}

/** A port that is dialled in one family goes on in it. */
function familiesAt({ network }: PreflightWorld, { listenAddresses }: MappedPort) {
  switch (network?.family) {
    case 'ipv4':
      return ['IPv4' as const]
    case 'ipv6':
      return ['IPv6' as const]
    default:
      return familiesOf(listenAddresses)
  }
}
