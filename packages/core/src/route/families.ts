type Family = 'IPv4' | 'IPv6'

/** What decides in which family of addresses the engine dials the node. */
interface Dial {
  readonly listenAddresses: readonly string[]
  /** Of the node; empty where they are not known. */
  readonly nodeAddresses: readonly string[]
}

const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4')

/**
 * The families in which the engine dials the node, where the Service is served in none of them; null where it is, or may
 * be: without an IPv6 address of the node the engine dials its IPv4 one.
 *
 * Source: measured with docker-proxy, on dual-stack, IPv4 and IPv6 clusters.
 */
export function missedFamilies(
  { listenAddresses, nodeAddresses }: Dial,
  served: readonly Family[],
): { dialled: Family[]; isSure: boolean } | null {
  const dialled = [...new Set(listenAddresses.map(familyOf))]
  if (dialled.length === 0 || served.length === 0 || served.some((family) => dialled.includes(family))) return null
  return { dialled, isSure: dialled.includes('IPv4') || nodeAddresses.some((one) => familyOf(one) === 'IPv6') }
}
