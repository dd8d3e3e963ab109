import { connect, type Socket } from 'node:net'
import { type Listen, startSocketServer } from '@portolan/runtime'

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
 * @throws PortolanError port_in_use, config_invalid
 */
export async function openDoor(listen: Listen, ports: readonly number[]): Promise<Door> {
  let turn = 0

  function lead(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined || client.destroyed) return void client.destroy()
    const server = connect(port, '127.0.0.1')
    const next = () => lead(client, others)
    server.once('error', next)
    server.once('connect', () => {
      server.off('error', next).on('error', () => server.destroy())
      client.pipe(server).pipe(client)
      client.once('close', () => server.destroy())
      server.once('close', () => client.destroy())
    })
  }

  return startSocketServer((client) => {
    const first = turn++
    lead(
      client,
      [...ports.keys()].map((index) => ports[(first + index) % ports.length] ?? 0),
    )
  }, listen)
}
