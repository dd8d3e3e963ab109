/** Dotted, each part at most 255. */
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

const BROADCAST = '255.255.255.255'

/** An IP address, in whichever of its forms. */
export function isAddress(text: string): boolean {
  return IPV4.test(text) || shortestIpv6(text) !== null
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || shortestIpv6(address) === '::1'
}

/**
 * No machine of a cluster is told apart by it from others: unspecified, link-local (where clouds keep their metadata),
 * multicast and broadcast addresses, and IPv6 addresses that hold one of IPv4.
 *
 * Source: RFC 6890, special-purpose address registries; RFC 1112 and RFC 4291 for multicast and IPv4 within IPv6.
 */
export function isSpecial(address: string): boolean {
  const ipv6 = shortestIpv6(address)
  if (ipv6 !== null) return ipv6 !== '::1' && /^(::|fe[89ab]|ff)/.test(ipv6)
  const first = Number(address.split('.')[0])
  return first === 0 || (first >= 224 && first < 240) || address.startsWith('169.254.') || address === BROADCAST
}

/** Characters of the longest: with the last four bytes as an IPv4 address. */
const LONGEST_IPV6 = 45

/** As everybody writes it (`0:0:0:0:0:0:0:1` is `::1`); null for anything else. */
function shortestIpv6(text: string): string | null {
  if (text.length > LONGEST_IPV6 || !/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return null
  return URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? null
}

/** The eight groups of an IPv6 address; null for anything else. */
export function ipv6Groups(text: string): number[] | null {
  const short = shortestIpv6(text)
  if (short === null) return null
  const [before = '', after] = short.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':').map((one) => Number.parseInt(one, 16)) : [])
  const [head, tail] = [groups(before), groups(after)]
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}
