import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { type Clock, PortolanError } from '@portolan/core'
import type { Fate } from './fate.ts'
import { type HeldConnection, holdConnection } from './held-connection.ts'

/** A published port on the host. */
export interface DockerProxy {
  /** The port it got: the same again after a stop. */
  start(): Promise<number>
  stop(): Promise<void>
}

/**
 * Accepts first and dials the node afterwards, as the engine's userland proxy does: a refusal behind it closes or resets
 * a connection that was there already, a drop leaves it in silence while SYN after SYN goes out.
 *
 * @param fate what becomes of the next SYN at the node
 */
export function createDockerProxy(
  listen: { address: string; port: number; orAny?: boolean },
  fate: () => Fate,
  clock: Clock,
  random: () => number,
): DockerProxy {
  const sockets = new Set<Socket>()
  let server: Server | null = null
  let { port, orAny = false } = listen

  const dial = (held: HeldConnection, waitMs: number) => {
    const { socket } = held
    const next = fate()
    if (next.kind === 'answer') held.release((ready) => next.application.take(ready))
    else if (next.kind === 'stall') return
    else if (next.kind === 'reject') hangUp(socket, random)
    else if (next.resetAfterMs !== undefined)
      whileOpen(socket, clock, next.resetAfterMs, () => socket.resetAndDestroy())
    else whileOpen(socket, clock, waitMs, () => dial(held, waitMs * 2))
  }

  return {
    async start() {
      const own = createServer((socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        dial(holdConnection(socket), FIRST_RETRY_MS)
      })
      server = own
      const listenAt = (at: number) => listening(own, { host: listen.address, port: at, ipv6Only: true })
      await listenAt(port).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        if (!orAny) throw asTaken(error, listen.address, port)
        return listenAt(0)
      })
      orAny = false
      const address = server.address()
      if (typeof address === 'object' && address !== null) port = address.port
      return port
    },
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (server === null) return
      server.close(() => resolve())
      server = null
      for (const socket of sockets) socket.destroy()
      await promise
    },
  }
}

async function listening(server: Server, at: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(at, resolve)
  await promise
  server.off('error', reject)
}

/** The kernel repeats a SYN after 1, 2, 4 ... seconds. */
const FIRST_RETRY_MS = 1000

/** Which of the two it is depends on a race inside the real proxy. */
function hangUp(socket: Socket, random: () => number): void {
  if (random() < 0.5) socket.end()
  else socket.resetAndDestroy()
}

function whileOpen(socket: Socket, clock: Clock, ms: number, run: () => void): void {
  const cancel = clock.after(ms, () => {
    socket.off('close', cancel)
    run()
  })
  socket.once('close', cancel)
}

function asTaken(error: Error, address: string, port: number): Error {
  return new PortolanError(
    'port_in_use',
    `the practice cluster cannot publish ${address}:${port}: something listens there already`,
    'stop it, or choose another host port',
    error,
  )
}
