import { type BalancedPort, isPort } from '@portolan/core'

/** `cluster_IPv4_80_TCP::172.18.0.3:30080::health_flags::healthy` */
const LINE =
  /^cluster_IPv[46]_(\d{1,5})_(TCP|UDP)::(\[[\d.:a-f]{2,45}\]|[\d.]{7,15}):\d{1,5}::health_flags::(\S{1,200})$/

/**
 * Where the Envoy of cloud-provider-kind leads, and which nodes it takes for healthy; null where the text is none of its.
 *
 * Source: cloud-provider-kind, pkg/loadbalancer/proxy.go names the clusters; Envoy, "Administration interface", `/clusters`.
 */
export function readEnvoyClusters(text: string): BalancedPort[] | null {
  const ports = new Map<string, BalancedPort>()
  for (const line of text.split('\n')) {
    const [, digits, protocol, address = '', flags] = LINE.exec(line.trim()) ?? []
    const containerPort = Number(digits)
    if (!isPort(containerPort)) continue
    const port = ports.getOrInsertComputed(`${digits}/${protocol}`, () => ({
      containerPort,
      protocol: protocol === 'UDP' ? 'udp' : 'tcp',
      backends: [],
    }))
    port.backends.push({ node: address.replace(/^\[|\]$/g, ''), healthy: flags === 'healthy' })
  }
  return ports.size === 0 ? null : [...ports.values()]
}
