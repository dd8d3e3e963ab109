import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'

const DEADLINE_MS = 1000
const PAUSE_MS = 100

/** A client of the lab's own, which asks a port on loopback until it gets no answer. */
export interface Client extends AsyncDisposable {
  /** When the first request began that was not answered, ms of the monotonic clock. */
  darkAt(): number | null
}

export function watchForDark(port: number): Client {
  let darkAt: number | null = null
  let isOver = false
  const asking = (async () => {
    while (!isOver && darkAt === null) {
      const at = performance.now()
      if (!(await isAnswered(port))) darkAt = at
      await setTimeout(PAUSE_MS)
    }
  })()
  return {
    darkAt: () => darkAt,
    async [Symbol.asyncDispose]() {
      isOver = true
      await asking
    },
  }
}

/** Some bytes come back, over a connection of its own. */
function isAnswered(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: '127.0.0.1', port, timeout: DEADLINE_MS })
  socket.on('data', () => resolve(true)).on('timeout', () => resolve(false))
  socket.on('error', () => resolve(false)).on('close', () => resolve(false))
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  return promise.finally(() => socket.destroy())
}
