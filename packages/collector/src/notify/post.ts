import { lookup as lookUp } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * No webhook is there, but what a machine tells itself alone: the credentials of a cloud at 169.254.169.254, say. Other private
 * addresses are well: a receiver may be in the cluster.
 */
const NEVER = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
] as const)
  NEVER.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
] as const)
  NEVER.addSubnet(net, prefix, 'ipv6')
NEVER.addAddress('::', 'ipv6')

const WITHIN_MS = 10_000

export interface Answer {
  status: number
  /** How long the receiver asks to be left alone; null where it does not say. */
  retryAfterMs: number | null
}

/**
 * Posts over a connection of its own and follows no redirect: where it leads to nobody chose.
 *
 * @throws Error whose message names no part of the address but the host
 */
export function post(
  url: URL,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<Answer> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && isNever(host)) return Promise.reject(forbidden(host))
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: false,
      lookup,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    })
    request.on('error', reject)
    // It ended in a way that is no error of the connection: by an upgrade, say.
    request.on('close', () => reject(new Error(`${host} gave no answer`)))
    request.on('response', (response) => {
      const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
      resolve({ status: response.statusCode ?? 0, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null })
      request.destroy() // nothing of what it says is of use
    })
    request.end(body)
  })
}

const lookup: LookupFunction = (host, options, callback) => {
  lookUp(host, { ...options, all: true }, (error, found) => {
    const refused = found?.find(({ address }) => isNever(address))
    const [first] = found ?? []
    if (error !== null) callback(error, '')
    else if (refused !== undefined || first === undefined) callback(forbidden(host), '')
    else if (options.all === true) callback(null, found)
    else callback(null, first.address, first.family)
  })
}

function isNever(address: string): boolean {
  return NEVER.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function forbidden(host: string): Error {
  return new Error(`${host} has an address to which Portolan sends no webhook`)
}
