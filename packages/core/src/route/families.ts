type Family = 'IPv4' | 'IPv6'

/** What decides in which family of addresses the engine dials the node. */
interface Dial {
  readonly listenAddresses: readonly string[]
  /** Of the node; empty where they are not known. */
  readonly nodeAddresses: readonly string[]
}

const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4')

/** Those that a pod has addresses of are those of its cluster. */
export const familiesOf = (addresses: readonly string[]): Family[] => [...new Set(addresses.map(familyOf))]

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
  const dialled = familiesOf(listenAddresses)
  if (dialled.length === 0 || served.length === 0 || served.some((family) => dialled.includes(family))) return null
  return { dialled, isSure: dialled.includes('IPv4') || nodeAddresses.some((one) => familyOf(one) === 'IPv6') }
}

/**
 * The address of a node at which a port of it is asked for: in a family in which it is both dialled and served, else in one
 * in which it is dialled, or served where no engine dials it; undefined where the node has none.
 *
 * @param listenAddresses where the engine listens for the port; empty where clients come in at the node itself
 */
export function addressFor(
  addresses: readonly string[],
  listenAddresses: readonly string[],
  served: readonly Family[],
): string | undefined {
  const dialled = familiesOf(listenAddresses)
  const both = dialled.filter((family) => served.includes(family))
  const [wanted = []] = [both, dialled, served].filter((one) => one.length > 0)
  return addresses.find((one) => wanted.includes(familyOf(one))) ?? addresses[0]
}
