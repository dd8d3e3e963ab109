import { createServer, type Server, type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

const open = new Set<() => Promise<unknown>>()

afterEach(async () => {
  await Promise.all([...open].map((close) => close()))
  open.clear()
})

/** Listens on a free loopback port until the test is over. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.add(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}

export function serve(onConnection: (socket: Socket) => void): Promise<number> {
  return listen(createServer(onConnection))
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}
