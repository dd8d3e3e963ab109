import type { Socket } from 'node:net'

/**
 * Keeps a connection that nobody answers: what the client sends is kept for whoever takes it in the end, and when the
 * client leaves, the socket goes with it.
 */
export interface HeldConnection {
  socket: Socket
  /** Hands the connection on, with all that was sent so far. */
  release(to: (socket: Socket) => void): void
}

export function holdConnection(socket: Socket): HeldConnection {
  const sent: Buffer[] = []
  const keep = (chunk: Buffer) => void sent.push(chunk)
  socket.on('data', keep)
  socket.on('error', ignore)
  return {
    socket,
    release(to) {
      socket.off('data', keep)
      if (socket.destroyed) return
      to(socket)
      for (const chunk of sent) socket.emit('data', chunk)
    },
  }
}

/** A client that resets its connection is none of our trouble: `close` follows. */
function ignore(): void {}
