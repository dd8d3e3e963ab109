import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'

/** As the API server leads to a Service: its pod, what is trusted of it, and a port-forward to it, each a port of this host. */
export interface WayToService {
  /** @returns the object that is asked for here; null for another one */
  object(path: string): object | null
  forward(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Breaks off every connection. */
  close(): void
}

export const NAMESPACE = '/api/v1/namespaces/portolan'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/portolan/endpointslices?'
const FORWARD = /\/pods\/collector-1\/portforward\?ports=(\d+)$/

export function createWayToService(options: {
  /** What the ConfigMap has of certificates. */
  trusted(): string
  /** The port of this host that is this one of the pod; null: nothing listens there. */
  portOf(port: number): number | null
}): WayToService {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' })

  return {
    object(path) {
      if (path === `${NAMESPACE}/configmaps/portolan-trust`)
        return { metadata: { resourceVersion: '1' }, data: { 'ca.crt': options.trusted() } }
      if (!path.startsWith(SLICES)) return null
      const pod = { conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'collector-1' } }
      return { items: [{ endpoints: [pod] }] }
    },
    forward(request, socket, head) {
      const port = Number(FORWARD.exec(request.url ?? '')?.[1])
      sockets.handleUpgrade(request, socket, head, (opened) => {
        const number = Buffer.of(port & 255, port >> 8)
        for (const channel of [0, 1]) opened.send(Buffer.concat([Buffer.of(channel), number]))
        const stream = connect(options.portOf(port) ?? 1, '127.0.0.1')
        stream.on('data', (bytes) => opened.send(Buffer.concat([Buffer.of(0), Buffer.from(bytes)])))
        stream.on('error', (error) =>
          opened.send(Buffer.concat([Buffer.of(1), Buffer.from(`connection refused: ${error.message}`)])),
        )
        stream.on('close', () => opened.close())
        opened.on('message', (message: Buffer) => void (message[0] === 0 && stream.write(message.subarray(1))))
        opened.on('close', () => stream.destroy())
      })
    },
    close: () => sockets.clients.forEach((one) => one.terminate()),
  }
}
