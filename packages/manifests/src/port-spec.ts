import type { Binding } from '@portolan/core'
import { isIP } from 'node:net'

const SPEC = /^(?:(\[[^\]]*\]|\d+(?:\.\d+)+):)?(?:(\d+)(?:-(\d+))?:|:)?(\d+)(?:-(\d+))?(?:\/(\w+))?$/
/** Ports of one range. */
const MOST = 65_535

/**
 * The ports that a text of Docker's form publishes: `8080:80`, `127.0.0.1:8080:80/udp`, `8000-8009:30000-30009`, `80`.
 *
 * Source: docker/go-connections, nat.ParsePortSpec.
 *
 * @returns null for another text
 */
export function readPortSpec(text: string): Binding[] | null {
  const [, ip = '', host, hostEnd = host, first = '', last = first, protocol = 'tcp'] = SPEC.exec(text) ?? []
  const address = ip.replace(/^\[(.*)\]$/, '$1')
  const from = Number(first)
  const to = Number(last)
  const size = to - from + 1
  const isKnown = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp'
  if (first === '' || !isKnown || from < 1 || to > MOST || size < 1) return null
  if (address !== '' && isIP(address) === 0) return null
  const fromHost = host === undefined ? null : Number(host)
  if (fromHost !== null && (Number(hostEnd) - fromHost + 1 !== size || Number(hostEnd) > MOST)) return null
  return Array.from({ length: size }, (_, at) => ({
    listenAddress: address || '0.0.0.0',
    hostPort: fromHost === null ? 0 : fromHost + at,
    containerPort: from + at,
    protocol: protocol as Binding['protocol'],
  }))
}
