import { ipv6Groups } from './address.ts'

/** All addresses of one family from the first to the last. */
export interface AddressRange {
  family: 'IPv4' | 'IPv6'
  first: bigint
  last: bigint
}

/** `10.0.0.0/8`, `fc00::/7`, or one address; null for anything else. */
export function rangeOf(cidr: string): AddressRange | null {
  const [, address = '', size] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? []
  const isV6 = address.includes(':')
  const value = isV6 ? valueOf(ipv6Groups(address), 16) : valueOf(ipv4Parts(address), 8)
  const bits = isV6 ? 128 : 32
  const free = bits - Number(size ?? bits)
  if (value === null || free < 0) return null
  const first = (value >> BigInt(free)) << BigInt(free)
  return { family: isV6 ? 'IPv6' : 'IPv4', first, last: first + (1n << BigInt(free)) - 1n }
}

/** The network that an address is likely of: the 65,536 addresses around one of IPv4, the /64 around one of IPv6. */
export function networkAround(address: string): AddressRange | null {
  return rangeOf(`${address}/${address.includes(':') ? 64 : 16}`)
}

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last
}

/** All of `b` is within `a`. */
export function covers(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.first && b.last <= a.last
}

function ipv4Parts(address: string): number[] | null {
  const parts = address.split('.').map(Number)
  return parts.length === 4 && parts.every((one) => Number.isInteger(one) && one >= 0 && one < 256) ? parts : null
}

function valueOf(parts: readonly number[] | null, bits: number): bigint | null {
  return parts?.reduce((value, part) => (value << BigInt(bits)) + BigInt(part), 0n) ?? null
}

type Families = readonly AddressRange['family'][]

const parsed = (...cidrs: string[]) => cidrs.flatMap((cidr) => rangeOf(cidr) ?? [])

/** Where container engines have their networks. Source: RFC 1918 and RFC 4193. */
const OF_NODES = parsed('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7')
/** Where machines near a cluster may be besides. Source: RFC 6598. */
const OF_CLIENTS = [...OF_NODES, ...parsed('100.64.0.0/10')]

/** Where the nodes may be, as long as their addresses are not known. */
export function rangesOfNodes(families: Families): AddressRange[] {
  return OF_NODES.filter(({ family }) => families.includes(family))
}

/** Where the clients of a cluster on one machine may be. */
export function rangesOfClients(families: Families): AddressRange[] {
  return OF_CLIENTS.filter(({ family }) => families.includes(family))
}
