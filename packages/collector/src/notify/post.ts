import { lookup as lookUp } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isAddress, isForbidden } from '@portolan/core'

const WITHIN_MS = 10_000

export interface Answer {
  status: number
  /** How long the receiver asks to be left alone; null where it does not say. */
  retryAfterMs: number | null
}

/**
 * Posts over a connection of its own and follows no redirect: where it leads to nobody chose. Private addresses are well: a
 * receiver may be in the cluster.
 *
 * @throws Error whose message names no part of the address but the host
 */
export function post(
  url: URL,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<Answer> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  if (isAddress(host) && isForbidden(host)) return Promise.reject(forbidden(host))
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
    const refused = found?.find(({ address }) => isForbidden(address))
    const [first] = found ?? []
    if (error !== null) callback(error, '')
    else if (refused !== undefined || first === undefined) callback(forbidden(host), '')
    else if (options.all === true) callback(null, found)
    else callback(null, first.address, first.family)
  })
}

function forbidden(host: string): Error {
  return new Error(`${host} has an address to which Portolan sends no webhook`)
}
