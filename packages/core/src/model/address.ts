/** Dotted, each part at most 255. */
const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

/** An IP address, as far as one tells by its form. */
export function isAddress(text: string): boolean {
  return IPV4.test(text) || (text.length <= 39 && text.includes(':') && /^[0-9a-f:]+(:\d+(\.\d+){3})?$/i.test(text))
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/**
 * No machine of a cluster is told apart by it from others: unspecified, link-local (where clouds keep their metadata) and
 * multicast addresses.
 *
 * Source: RFC 6890, special-purpose address registries; RFC 1112 and RFC 4291 for multicast.
 */
export function isSpecial(address: string): boolean {
  const first = Number(address.split('.')[0])
  if (!address.includes(':')) return first === 0 || (first >= 224 && first < 240) || address.startsWith('169.254.')
  return address === '::' || /^(fe[89ab]|ff)/i.test(address) || /^::ffff:/i.test(address)
}
