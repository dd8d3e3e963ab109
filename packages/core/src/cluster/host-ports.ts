import type { PodPlacement } from '../model/snapshot.ts'

/** A port that the pods take on their own node: a host port, or any declared port on the host's network. */
export interface HostPort {
  port: number
  hostIP: string
  protocol: string
}

/** A port that pods of both would take on their node, so that it cannot hold one of each; null for none. */
export function sharedHostPort(a: PodPlacement, b: PodPlacement): number | null {
  const held = hostPortsOf(b)
  const clash = hostPortsOf(a).find((one) =>
    held.some(
      (other) => one.port === other.port && one.protocol === other.protocol && overlap(one.hostIP, other.hostIP),
    ),
  )
  return clash?.port ?? null
}

function overlap(a: string, b: string): boolean {
  const isAny = (address: string) => address === '' || address === '0.0.0.0' || address === '::'
  return a === b || isAny(a) || isAny(b)
}

export function hostPortsOf(template: PodPlacement): HostPort[] {
  return template.ports
    .map(({ hostPort, containerPort, hostIP, protocol }) => ({
      port: hostPort || (template.hostNetwork ? containerPort : 0),
      hostIP,
      protocol,
    }))
    .filter((one) => one.port > 0)
}
