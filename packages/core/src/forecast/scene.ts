import type { Volumes } from '../cluster/volumes.ts'
import { keyOf, type NodeSnapshot, type PodSnapshot } from '../model/snapshot.ts'
import { type Claim, claimOn, createLookups, type Lookups } from './claim.ts'
import { type Eligibility, eligibleNodes } from '../cluster/eligible.ts'
import { type MappedPort, mappedPorts } from '../route/mapped-port.ts'
import { groupOfPod, type PodGroup, podGroups } from '../cluster/pod-group.ts'
import type { PreflightWorld } from '../model/world.ts'

/** A cluster with what follows from its objects. */
export interface Scene extends Lookups {
  world: PreflightWorld
  ports: MappedPort[]
  claims: Map<MappedPort, Claim>
  volumes: Volumes
  /** Where the pods of a group may land. */
  eligible: (group: PodGroup) => Eligibility
  /** The pods of a group that stay where they are. */
  staying: (group: PodGroup) => readonly PodSnapshot[]
}

export function setScene(world: PreflightWorld): Scene {
  const groups = podGroups(world)
  const ports = mappedPorts(world.containers, world.backends)
  const volumes = new Map(world.volumes.map((one) => [keyOf(one), one]))
  const lookups = createLookups(world, groups)
  const known = new Map<PodGroup, Eligibility>()
  const owner = groupOfPod(world.workloads)
  const staying = Map.groupBy(world.staying, owner)
  return {
    ...lookups,
    world,
    ports,
    volumes,
    claims: new Map(ports.map((port) => [port, claimOn(port, world, lookups)])),
    eligible: (group) => {
      const found = known.get(group) ?? eligibleNodes(group, groups, world.nodes, volumes)
      known.set(group, found)
      return found
    },
    staying: (group) => staying.get(keyOf(group)) ?? [],
  }
}

export function nodeOf({ world }: Scene, name: string): NodeSnapshot | null {
  return world.nodes.find((node) => node.name === name) ?? null
}

/** Nodes on which at least one of the groups may have a pod, in the cluster's order. */
export function eligibleForAny({ world, eligible }: Scene, groups: readonly PodGroup[]): string[] {
  const names = new Set(groups.flatMap((group) => eligible(group).nodes.map((node) => node.name)))
  return world.nodes.map((node) => node.name).filter((name) => names.has(name))
}
