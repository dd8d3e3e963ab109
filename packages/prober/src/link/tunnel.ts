import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { callbackify } from 'node:util'
import { readWithin } from '@portolan/base'
import { TOKEN_HEADER } from '@portolan/core'
import { type CarriedAnswer, type CarriedRequest, type Carry, flatHeaders } from '@portolan/uplink'
import type { AccessToken } from './access-token.ts'

/** More than a collector says to a prober. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Reaches the collector of a cluster through its API server, never through a port under test, over connections that are
 * kept where they speak TLS. Each of them knows whom it leads to before a token is shown there.
 *
 * The answer throws as `connect` and AccessToken.current.
 */
export function createTunnel(options: { connect(): Promise<Duplex>; token: AccessToken }): Carry & { close(): void } {
  const { connect, token } = options
  const dial = callbackify(connect)
  const agent: Agent = Object.assign(new Agent({ keepAlive: true }), {
    createConnection: (_: object, done: (error: Error | null, stream?: Duplex) => void) => dial(done),
    /** What has no TLS is no socket, and the agent cannot keep it. */
    keepSocketAlive: (stream: Duplex) =>
      stream instanceof Socket && Agent.prototype.keepSocketAlive.call(agent, stream),
  })

  async function ask({ path, headers, method, body = '', signal }: CarriedRequest, shown: string) {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sent = { ...headers, [TOKEN_HEADER]: shown, 'content-length': Buffer.byteLength(body) }
    const asked = requestHttp({ host: 'collector', path, method, agent, signal, headers: sent }, resolve)
    asked.on('error', reject)
    // An agent that still connects lets go of nothing.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    asked.end(body)
    const answer = await promise
    return {
      status: answer.statusCode ?? 0,
      headers: flatHeaders(answer.headers),
      body: (await readWithin(answer, MOST_BYTES)).toString(),
    }
  }

  async function carry(request: CarriedRequest): Promise<CarriedAnswer> {
    const shown = await token.current()
    const answer = await ask(request, shown)
    if (answer.status !== 401 && answer.status !== 403) return answer
    token.refused(shown)
    const other = await token.current()
    return other === shown ? answer : ask(request, other)
  }

  return Object.assign(carry, { close: () => agent.destroy() })
}
