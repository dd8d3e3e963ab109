import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Fate } from '../network/fate.ts'
import { ApiError, asStatus, notFound } from './status.ts'
import type { Store } from './store.ts'

/** What becomes of a connection to a pod: from inside of it, or from the node of the API server. */
export type ReachPod = (uid: string, from: 'inside' | 'api server') => Fate

/** The ways through the API server to the pods: `pods/proxy` and `pods/portforward`. */
export interface PodWays {
  /** Answers where the path is that of a pod's proxy; false where it is another one. */
  proxy(message: IncomingMessage, response: ServerResponse, path: string): boolean
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void
  stop(): void
}

const PROXY = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/(?:https?:)?([^/:]+)(?::(\d+))?\/proxy(\/.*)?$/
const FORWARD = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/
const DATA = 0
const ERROR = 1

export function createPodWays(store: Store, reach: ReachPod): PodWays {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' })
  const open = new Set<Duplex>()

  function fateOf(namespace: string, name: string, port: number, from: Parameters<ReachPod>[1]): Fate {
    const pod = store.get('pods', namespace, name)
    if (pod === null) throw notFound('pods', name)
    const ports = pod.spec.containers.flatMap((container) => container.ports ?? [])
    if (!ports.some(({ containerPort }) => containerPort === port)) return { kind: 'reject', why: 'target_port_wrong' }
    return reach(pod.metadata.uid, from)
  }

  /** A connection that the application has taken, or that hangs. */
  async function connectTo(fate: Fate): Promise<Socket> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect((server.address() as { port: number }).port, '127.0.0.1')
    const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
      [Socket],
      unknown,
    ]
    server.close()
    for (const socket of [client, accepted]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => open.delete(socket))
    }
    client.on('close', () => accepted.destroy())
    if (fate.kind === 'answer') fate.application.take(accepted)
    return client
  }

  async function pass(message: IncomingMessage, response: ServerResponse, fate: Fate, path: string): Promise<void> {
    if (fate.kind === 'reject') throw unreachable('connection refused')
    const socket = await connectTo(fate)
    response.on('close', () => socket.destroy())
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const asked = requestHttp({ createConnection: () => socket, method: message.method, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, response).then(resolve, reject)
    })
    asked.on('error', () => reject(unreachable('EOF')))
    asked.end()
    return promise
  }

  async function forward(socket: WebSocket, fate: Fate, port: number): Promise<void> {
    let client: Socket | null = null
    // A client that resets its connection is none of our trouble: `close` follows.
    socket.on('error', () => {})
    socket.on('close', () => client?.destroy())
    const first = Buffer.alloc(2)
    first.writeUInt16LE(port)
    for (const channel of [DATA, ERROR]) socket.send(Buffer.concat([Buffer.of(channel), first]))
    const say = (channel: number, text: Buffer | string) => {
      socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]))
    }
    if (fate.kind === 'reject') {
      const isNotHeard = fate.why === 'target_port_wrong'
      const why = isNotHeard ? `dial tcp4 127.0.0.1:${port}: connect: connection refused` : 'sandbox is not running'
      say(ERROR, `error forwarding port ${port}: ${why}`)
      return socket.close()
    }
    const early: Buffer[] = []
    socket.on('message', (message: Buffer) => {
      if (message[0] !== DATA) return
      if (client === null) early.push(message.subarray(1))
      else client.write(message.subarray(1))
    })
    client = await connectTo(fate)
    if (socket.readyState !== socket.OPEN) return void client.destroy()
    for (const bytes of early) client.write(bytes)
    client.on('data', (bytes: Buffer) => say(DATA, bytes))
    client.on('close', () => socket.close())
  }

  return {
    proxy(message, response, path) {
      const [, namespace = '', name = '', port = '80', rest = '/'] = PROXY.exec(path) ?? []
      if (name === '') return false
      const fate = fateOf(namespace, name, Number(port), 'api server')
      pass(message, response, fate, rest).catch((error: unknown) => {
        const known = error instanceof ApiError ? error : unreachable(String(error))
        if (response.headersSent) return void response.destroy()
        response.writeHead(known.code, { 'content-type': 'application/json' }).end(JSON.stringify(asStatus(known)))
      })
      return true
    },
    upgrade(message, socket, head) {
      socket.on('error', () => socket.destroy())
      const url = new URL(message.url ?? '/', 'http://practice')
      const [, namespace = '', name = ''] = FORWARD.exec(url.pathname) ?? []
      const port = Number(url.searchParams.get('ports'))
      let fate: Fate
      try {
        fate = fateOf(namespace, name, port, 'inside')
      } catch {
        return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      }
      sockets.handleUpgrade(message, socket, head, (opened) => {
        forward(opened, fate, port).catch(() => opened.terminate())
      })
    },
    stop() {
      for (const one of sockets.clients) one.terminate()
      for (const one of open) one.destroy()
    },
  }
}

function unreachable(why: string): ApiError {
  return new ApiError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`)
}
