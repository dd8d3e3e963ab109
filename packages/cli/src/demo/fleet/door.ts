import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Listen } from '@portolan/runtime'

/** One address in front of several servers of which some may be gone, as a Service has it. */
export interface Door {
  /** `http://HOST:PORT` */
  url: string
  stop(): Promise<void>
}

/**
 * Leads each connection to the next of the servers that takes it.
 *
 * @param ports of the servers, on 127.0.0.1
 */
export async function openDoor(listen: Listen, ports: readonly number[]): Promise<Door> {
  const open = new Set<Socket>()
  let turn = 0
  const door = createServer((client) => {
    keep(client)
    const first = turn++
    lead(
      client,
      [...ports.keys()].map((index) => ports[(first + index) % ports.length] ?? 0),
    )
  })

  function keep(socket: Socket): void {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
  }

  function lead(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined || client.destroyed) return void client.destroy()
    const server = connect(port, '127.0.0.1')
    const next = () => lead(client, others)
    server.once('error', next)
    server.once('connect', () => {
      server.off('error', next)
      keep(server)
      client.pipe(server).pipe(client)
      client.once('close', () => server.destroy())
      server.once('close', () => client.destroy())
    })
  }

  door.listen(listen.port, listen.host)
  await once(door, 'listening')
  const { port } = door.address() as { port: number }
  return {
    url: `http://${listen.host}:${port}`,
    async stop() {
      const closed = once(door, 'close')
      door.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
