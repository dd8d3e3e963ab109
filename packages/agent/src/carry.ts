import { readFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'
import { CLOCK_HEADER, TOKEN_HEADER } from '@portolan/core'
import { type CarriedAnswer, type CarriedRequest, type Carry, flatHeaders, readWithin } from '@portolan/uplink'

/** What a thousand nodes and all that one of them probes need is a tenth of it. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Goes straight to the collector, over connections that are kept. The token is read anew for each request, since it is
 * exchanged long before it ends.
 *
 * Source: Kubernetes, "Service account token volume projection": the kubelet rotates it, the reader has to reload.
 */
export function createCarry(options: { collector: URL; tokenFile: string }): Carry & { close(): void } {
  const { collector, tokenFile } = options
  const isSecure = collector.protocol === 'https:'
  const request = isSecure ? requestHttps : requestHttp
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })

  async function carry({ path, headers, body = '', method, signal }: CarriedRequest): Promise<CarriedAnswer> {
    const token = (await readFile(tokenFile, 'utf8')).trim()
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const asked = request(
      new URL(path, collector),
      {
        method,
        agent,
        signal,
        headers: { ...headers, [TOKEN_HEADER]: token, 'content-length': Buffer.byteLength(body) },
      },
      resolve,
    )
    asked.on('error', reject)
    asked.end(body)
    const answer = await promise
    const { socket } = answer
    const carried = {
      status: answer.statusCode ?? 0,
      headers: flatHeaders(answer.headers),
      body: (await readWithin(answer, MOST_BYTES)).toString(),
    }
    // While kube-proxy changes its rules the Service's address may lead to anybody, and a connection stays where it is.
    if (carried.headers[CLOCK_HEADER] === undefined) socket.destroy()
    return carried
  }

  return Object.assign(carry, { close: () => agent.destroy() })
}
