import type { Socket } from 'node:net'
import { createDropper, type Dropper } from './dropper.ts'
import { bestOf, type Fate, fatesOf, type Terrain } from './fate.ts'
import { holdConnection } from './held-connection.ts'
import { createNodeDoor, type DoorMode, type NodeDoor } from './node-door.ts'

/** What a connection meets at the nodes' own addresses. */
export interface DataPlane {
  /** Sets every node address right again: something changed. */
  refresh(): void
  /** When every node address is as it should be. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * @param addresses of a node, now and before; none: nothing can listen at the nodes' own addresses
 * @param hidden the nodes' own addresses lead nowhere, as those inside the virtual machine of a desktop engine
 * @param pick what becomes of one connection
 * @param ports those that something in the cluster listens on, or did
 */
export function createDataPlane(
  terrain: Terrain,
  nodes: { name: string; addresses(): readonly string[] }[],
  hidden: boolean,
  ports: () => Iterable<number>,
  pick: (node: string, port: number) => Fate,
  onFailure: (error: unknown) => void,
): DataPlane {
  const doors = new Map<string, NodeDoor>()
  const sockets = new Set<Socket>()
  const seen = new Set<number>()
  let dropper: Dropper | null = null

  const arrive = (node: string, port: number, socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const fate = pick(node, port)
    if (fate.kind === 'answer') fate.application.take(socket)
    else if (fate.kind === 'reject') socket.resetAndDestroy()
    else holdConnection(socket)
  }
  const doorAt = (node: string, address: string, port: number): NodeDoor => {
    const known = doors.get(`${address}:${port}`)
    if (known !== undefined) return known
    dropper ??= createDropper()
    const door = createNodeDoor(address, port, dropper, (socket) => arrive(node, port, socket), onFailure)
    doors.set(`${address}:${port}`, door)
    return door
  }
  const settled = async () => {
    for (const door of doors.values()) await door.settled()
  }

  return {
    refresh() {
      for (const port of ports()) seen.add(port)
      for (const { name, addresses } of nodes) {
        for (const port of seen) {
          const mode = hidden ? 'drop' : modeOf(bestOf(fatesOf(terrain, name, port)))
          for (const address of addresses()) doorAt(name, address, port).set(mode)
        }
      }
    },
    settled,
    async stop() {
      for (const door of doors.values()) door.set('reject')
      await settled()
      for (const socket of sockets) socket.destroy()
      await dropper?.stop()
    },
  }
}

function modeOf(fate: Fate): DoorMode {
  return fate.kind === 'stall' ? 'answer' : fate.kind
}
