/** Dotted, each part at most 255. */
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

const BROADCAST = '255.255.255.255'

/** An IP address, in whichever of its forms. */
export function isAddress(text: string): boolean {
  return IPV4.test(text) || shortestIpv6(text) !== null
}

/** Of the machine itself: what answers there is another one on each. */
export function isLoopback(address: string): boolean {
  return isIpv4Loopback(address) || /^::(1|ffff:7f[\da-f]{2}:[\da-f]{1,4})$/.test(shortestIpv6(address) ?? '')
}

function isIpv4Loopback(address: string): boolean {
  return address.startsWith('127.') && IPV4.test(address)
}

/**
 * Nothing is ever sent there, whoever asks for it: no pod, node, Service or webhook is there, and what answers is only for the
 * machine that asks (a cloud hands out its credentials at 169.254.169.254), or is everybody. The same in an address of IPv6
 * that holds one of IPv4.
 *
 * Source: RFC 6890, special-purpose address registries; RFC 1112 and RFC 4291 for multicast. Metadata beyond link-local: the
 * documentation of AWS (fd00:ec2::254), Google Cloud (fd20:ce::254), Azure (168.63.129.16) and Alibaba Cloud (100.100.100.200).
 */
export function isForbidden(address: string): boolean {
  const ipv6 = shortestIpv6(address)
  if (ipv6 === null) return isForbiddenIpv4(address)
  if (METADATA.has(ipv6) || /^(::$|fe[89ab]|ff)/.test(ipv6)) return true
  const held = heldIpv4(address)
  return held !== null && (isForbiddenIpv4(held) || (isIpv4Loopback(held) && !isLoopback(address)))
}

/** No machine of a cluster is told apart by it from others: a forbidden one, or one of IPv6 that holds one of IPv4. */
export function isSpecial(address: string): boolean {
  return isForbidden(address) || heldIpv4(address) !== null
}

const METADATA = new Set(['fd00:ec2::254', 'fd20:ce::254', '168.63.129.16', '100.100.100.200'])

function isForbiddenIpv4(address: string): boolean {
  const first = Number(address.split('.')[0])
  const isMulticast = first >= 224 && first < 240
  return first === 0 || isMulticast || address.startsWith('169.254.') || address === BROADCAST || METADATA.has(address)
}

/**
 * The IPv4 address that a packet to an IPv6 address may come to; null where it holds none.
 *
 * Source: RFC 4291, 2.5.5 (`::/96`, `::ffff:0:0/96`); RFC 2765 (`::ffff:0:0:0/96`); RFC 6052 and RFC 8215, NAT64
 * (`64:ff9b::/96`, `64:ff9b:1::/48`); RFC 3056, 6to4 (`2002::/16`); RFC 4380, Teredo (`2001::/32`, its bits turned over).
 */
function heldIpv4(address: string): string | null {
  const groups = ipv6Groups(address)
  if (groups === null) return null
  const [first = 0, second = 0, third = 0, , , , seventh = 0, eighth = 0] = groups
  const start = groups.slice(0, 6).join()
  if (start === '0,0,0,0,0,0') return seventh === 0 && eighth < 2 ? null : dotted(seventh, eighth)
  if (start === '0,0,0,0,0,65535' || start === '0,0,0,0,65535,0') return dotted(seventh, eighth)
  if (first === 0x64 && second === 0xff9b && third < 2) return dotted(seventh, eighth)
  if (first === 0x2002) return dotted(second, third)
  return first === 0x2001 && second === 0 ? dotted(seventh ^ 0xffff, eighth ^ 0xffff) : null
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
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
