import { type Binding, isPort } from '@portolan/core'
import * as z from 'zod'

/** `30080/tcp` to where it is published: `NetworkSettings.Ports` and `HostConfig.PortBindings` have this shape. */
export const portMap = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().optional(), HostPort: z.string().optional() })).nullable(),
)

export type PortMap = z.infer<typeof portMap>

/** Bindings in force. One without a host port (routed without NAT) is none. */
export function readBindings(ports: PortMap | null | undefined): Binding[] {
  return readPortMap(ports).filter((binding) => binding.hostPort !== 0)
}

/** Bindings asked for at creation: `hostPort` 0 where the engine chooses, from a range too. */
export function readWishedBindings(ports: PortMap | null | undefined): Binding[] {
  return readPortMap(ports)
}

function readPortMap(ports: PortMap | null | undefined): Binding[] {
  const found = new Map<string, Binding>()
  for (const [containerSide, hostSides] of Object.entries(ports ?? {})) {
    const [, port, protocol = 'tcp'] = /^(\d+)(?:\/(\w+))?$/.exec(containerSide) ?? []
    if (!isPort(Number(port)) || (protocol !== 'tcp' && protocol !== 'udp')) continue
    for (const hostSide of hostSides ?? []) {
      const binding: Binding = {
        listenAddress: listenAddress(hostSide.HostIp),
        hostPort: isPort(Number(hostSide.HostPort)) ? Number(hostSide.HostPort) : 0,
        containerPort: Number(port),
        protocol,
      }
      found.set(JSON.stringify(binding), binding)
    }
  }
  return [...found.values()].sort((a, b) => a.hostPort - b.hostPort || a.listenAddress.localeCompare(b.listenAddress))
}

/** Podman leaves it empty for all IPv4 addresses. */
function listenAddress(hostIp: string | undefined): string {
  return hostIp === undefined || hostIp === '' ? '0.0.0.0' : hostIp.replace(/^\[(.*)\]$/, '$1')
}
