import type { PodPlacement } from '../model/snapshot.ts'

/** A port that the pods take on their own node: a host port, or any declared port on the host's network. */
export interface HostPort {
  port: number
  hostIP: string
  protocol: string
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
