import type { Collector } from '@portolan/collector'
import type { Incident, Path } from '@portolan/core'
import type { DarkPort } from '@portolan/prober'

/** The ports of a cluster that are dark and that rules of their nodes lead on, as the prober needs them. */
export function darkPorts(
  { incidents, pathOf }: Pick<Collector, 'incidents' | 'pathOf'>,
  cluster: string,
  isWanted: (incident: Incident) => boolean,
): DarkPort[] {
  return incidents().flatMap((incident) => {
    const path = incident.cluster === cluster && isWanted(incident) ? pathOf(cluster, incident.target) : null
    return path === null ? [] : darkPort(incident, path)
  })
}

/** kube-proxy has no part in a host port of a pod, and in a node that is stopped nothing can be read. */
function darkPort({ cause, target }: Incident, { route, container, mapping }: Path): DarkPort[] {
  const { containerPort: port, protocol, hostPort, listenAddresses } = mapping
  const [listenAddress] = listenAddresses
  const isOfRules = route.kind === 'nodePort' || route.kind === 'none'
  if (mapping.entry !== 'hostPort' || !isOfRules || container.state !== 'running' || listenAddress === undefined)
    return []
  const family = isIPv6(listenAddress) && container.addresses.some(isIPv6) ? 'IPv6' : 'IPv4'
  const door = { listenAddress, hostPort, protocol }
  return [{ target, cause, container: container.id, node: container.name, port, protocol, family, door }]
}

function isIPv6(address: string): boolean {
  return address.includes(':')
}
