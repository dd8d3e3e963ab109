import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Pod } from '../objects.ts'
import { type Handed, serveAsEdge } from './edge-proxy.ts'
import { type HeldConnection, holdConnection } from './held-connection.ts'

/** What runs in a pod: an HTTP (or plain TCP) server that answers with the names of its pod and node. */
export interface Application {
  pod: Pod
  node: string
  /** A connection that reached the pod. */
  take(socket: Socket): void
  /** A request that an edge proxy hands on to it. */
  answer(request: IncomingMessage, response: ServerResponse): void
  /** Stopped in its tracks (SIGSTOP): the kernel accepts for it until its queue is full. */
  freeze(): void
  thaw(): void
  frozen(): boolean
  /** The accept queue is full: the kernel drops what comes. */
  full(): boolean
  stop(): void
}

/** Connections that the kernel accepts for an application that does not. */
const ACCEPT_QUEUE = 6

/**
 * @param onChange after the queue ran full
 * @param handOn what an edge proxy in this pod does with a request
 */
export function createApplication(
  pod: Pod,
  node: string,
  onChange: () => void,
  handOn: (host: string, path: string) => Handed,
): Application {
  const text = `${pod.metadata.name} on ${node}\n`
  const speaks = pod.spec.containers[0]?.command?.[1]
  const answer = (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(text)
  const http = createServer((request, response) => {
    if (speaks !== 'edge') return answer(request, response)
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    serveAsEdge(handOn(host, request.url ?? '/'), request, response)
  })
  const open = new Set<Socket>()
  let queue: HeldConnection[] = []
  let frozen = false

  const serve = (socket: Socket) => {
    if (speaks === 'tcp') socket.on('data', () => socket.write(text))
    else http.emit('connection', socket)
  }
  return {
    pod,
    node,
    answer,
    take(socket) {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
      const held = holdConnection(socket)
      if (!frozen) return held.release(serve)
      queue.push(held)
      if (queue.length === ACCEPT_QUEUE) onChange()
    },
    freeze() {
      frozen = true
    },
    thaw() {
      frozen = false
      for (const held of queue) held.release(serve)
      queue = []
    },
    frozen: () => frozen,
    full: () => queue.length >= ACCEPT_QUEUE,
    stop() {
      for (const socket of open) socket.destroy()
    },
  }
}
