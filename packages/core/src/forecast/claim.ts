import { type PodGroup, selectedPods } from '../cluster/pod-group.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import type { PreflightWorld } from '../model/world.ts'
import { hostRoute, nodePortAt, portBehind, type Route } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'

/** How a port goes on from its node, and the pods that are meant to answer, wherever they will be. */
export type Claim = Route & { groups: PodGroup[] }

export type Claimed = Exclude<Claim, { kind: 'none' }>

/** What a Service makes of a port that it claims. */
export function claimedBy(
  { service, port }: { service: ServiceSnapshot; port: ServicePort },
  groups: readonly PodGroup[],
): Claimed {
  return { kind: 'nodePort', service, port, groups: groups.flatMap((group) => selectedPods(service, group) ?? []) }
}

export function claimOn(mapped: MappedPort, world: PreflightWorld, groups: readonly PodGroup[]): Claim {
  const route = nodePortAt(world.services, mapped)
  if (route !== null) return claimedBy(route, groups)
  const addresses = [
    ...(world.containers.find(({ name }) => name === mapped.node)?.addresses ?? []),
    ...(world.nodes.find(({ name }) => name === mapped.node)?.addresses ?? []),
  ]
  const holders = groups.filter(({ template }) => portBehind(template, { ...mapped, addresses }) !== null)
  const templates = holders.map(({ template }) => template)
  return { ...hostRoute(templates, mapped.containerPort), groups: holders }
}
