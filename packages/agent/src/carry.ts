import { readFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { CLOCK_HEADER, TOKEN_HEADER } from '@portolan/core'
import { readWithin } from '@portolan/base'
import { type CarriedAnswer, type CarriedRequest, type Carry, flatHeaders } from '@portolan/uplink'
import { createTrustedConnections } from './trusted-connections.ts'

/** What a thousand nodes and all that one of them probes need is a tenth of it. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Goes straight to the collector, over connections that are kept. The token is read anew for each request, since it is
 * exchanged long before it ends.
 *
 * Source: Kubernetes, "Service account token volume projection": the kubelet rotates it, the reader has to reload.
 *
 * @param options.trustFile null: over plain HTTP
 */
export function createCarry(options: {
  collector: URL
  tokenFile: string
  trustFile: string | null
}): Carry & { close(): void } {
  const { collector, tokenFile, trustFile } = options
  const request = trustFile === null ? requestHttp : requestHttps
  const connections = trustFile === null ? plainConnections() : createTrustedConnections(trustFile)

  async function carry({ path, headers, body = '', method, signal }: CarriedRequest): Promise<CarriedAnswer> {
    const agent = await connections.agent()
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
    asked.on('error', (error) => reject(inWords(error)))
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

  return Object.assign(carry, { close: connections.close })
}

/** What Node says of a certificate gives advice that is not for an agent. */
function inWords(error: NodeJS.ErrnoException): Error {
  const { code = '' } = error
  if (!/CERT|UNABLE_TO_/.test(code)) return error
  return new Error(`something else may answer in its place: its certificate is not trusted (${code})`, { cause: error })
}

function plainConnections(): { agent(): Agent; close(): void } {
  const agent = new Agent({ keepAlive: true })
  return { agent: () => agent, close: () => agent.destroy() }
}
