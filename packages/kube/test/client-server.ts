import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Received {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export type Reply = (received: Received, response: ServerResponse) => void

/** A real HTTP server that answers as it is told, and keeps what it was asked. */
export async function startClientServer() {
  const received: Received[] = []
  let reply: Reply = (_, response) => void response.writeHead(500).end()
  const server = createServer((request, response) => {
    buffer(request).then((body) => {
      const { method = '', url = '', headers } = request
      const one = { method, path: url, headers, body: body.toString() }
      received.push(one)
      reply(one, response)
    }, response.destroy.bind(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    replies: (next: Reply) => void (reply = next),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type ClientServer = Awaited<ReturnType<typeof startClientServer>>

export const json =
  (status: number, body: object): Reply =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** As the API server says no. */
export const status = (code: number, message: string): Reply => json(code, { kind: 'Status', code, message })
