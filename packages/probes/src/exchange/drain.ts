import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '@portolan/core'

/** How long a server may take to finish an answer of which enough was read, ms. */
const PATIENCE_MS = 1000

/**
 * Closes without a reset: a socket that is closed with unread bytes resets the connection, which servers log as an error
 * of their client. The owner goes on to read and to throw away.
 */
export function drain(socket: Duplex, clock: Clock, tls: TLSSocket | undefined): void {
  const cancel = clock.after(PATIENCE_MS, () => socket.destroy())
  socket.once('end', () => socket.destroy())
  socket.once('close', () => {
    cancel()
    tls?.destroy()
  })
  const stream = tls ?? socket
  stream.end()
}
