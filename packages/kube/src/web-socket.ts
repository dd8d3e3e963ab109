import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { readBeginning } from '@portolan/base'
import { WebSocket } from 'ws'
import { refusalOf } from './client/pod-port.ts'

/** More than a server sends in one piece. */
const MOST_BYTES = 1024 * 1024
const MOST_OF_REFUSAL_BYTES = 16 * 1024
const HANDSHAKE_MS = 10_000

/** @throws WayRefused where the server answers something else; an error of the socket where none answers */
export function openWebSocket(
  url: string,
  protocol: string,
  options: RequestOptions,
  onMessage: (message: Buffer) => void,
): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
  const socket = new WebSocket(url, protocol, {
    ...(options as object),
    maxPayload: MOST_BYTES,
    handshakeTimeout: HANDSHAKE_MS,
    perMessageDeflate: false,
  })
  socket.on('message', (message: Buffer) => onMessage(message))
  socket.once('open', () => {
    socket.off('error', reject)
    resolve(socket)
  })
  socket.once('error', reject)
  // After it was opened its owner may have let go of it.
  socket.on('error', () => {})
  socket.once('unexpected-response', (_request, response: IncomingMessage) => {
    readBeginning(response, MOST_OF_REFUSAL_BYTES)
      .then((body) => reject(refusalOf(response.statusCode ?? 0, body)), reject)
      .finally(() => socket.terminate())
  })
  return promise
}
