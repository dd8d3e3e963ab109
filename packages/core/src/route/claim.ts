import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import type { MappedPort } from './mapped-port.ts'
import { hostPortsOf, isSelectedBy, type PodGroup } from '../cluster/pod-group.ts'
import type { PreflightWorld } from '../model/world.ts'

/** Who is meant to answer at a port of a node. */
export type Claim =
  | { kind: 'nodePort'; service: ServiceSnapshot; port: ServicePort; groups: PodGroup[] }
  | { kind: 'hostPort'; groups: PodGroup[] }
  | { kind: 'none' }

export type Claimed = Exclude<Claim, { kind: 'none' }>

export function claimOn(mapped: MappedPort, world: PreflightWorld, groups: readonly PodGroup[]): Claim {
  const protocol = mapped.protocol.toUpperCase()
  for (const service of world.services) {
    const port = service.ports.find((one) => one.nodePort === mapped.containerPort && one.protocol === protocol)
    if (port !== undefined) {
      return { kind: 'nodePort', service, port, groups: groups.filter((group) => isSelectedBy(service, group)) }
    }
  }
  const holders = groups.filter((group) =>
    hostPortsOf(group.template).some(
      (one) => one.port === mapped.containerPort && one.protocol === protocol && isReachable(one.hostIP),
    ),
  )
  return holders.length === 0 ? { kind: 'none' } : { kind: 'hostPort', groups: holders }
}

/** The engine dials the node's own address. */
function isReachable(hostIP: string): boolean {
  return hostIP === '' || hostIP === '0.0.0.0' || hostIP === '::'
}

/** Only a pod on the mapped node itself can answer. */
export function needsLocalPod(claim: Claim): boolean {
  return claim.kind === 'hostPort' || (claim.kind === 'nodePort' && claim.service.externalTrafficPolicy === 'Local')
}

/** The container port that a Service port leads to in these pods; null where the name is not declared there. */
export function containerPortOf(port: ServicePort, group: PodGroup): number | null {
  if (/^\d+$/.test(port.targetPort)) return Number(port.targetPort)
  return group.template.ports.find((one) => one.name === port.targetPort)?.containerPort ?? null
}
