import { createServer, type Server, type Socket } from 'node:net'
import type { Dropper } from './dropper.ts'

export type DoorMode = 'answer' | 'reject' | 'drop'

/** One port at a node's own address, where the kernel itself accepts, refuses or drops. */
export interface NodeDoor {
  /** Changes at once or as soon as an earlier change is through; the last wish counts. */
  set(mode: DoorMode): void
  /** When nothing is left to change. */
  settled(): Promise<void>
}

export function createNodeDoor(
  address: string,
  port: number,
  dropper: Dropper,
  onConnection: (socket: Socket) => void,
  onFailure: (error: unknown) => void,
): NodeDoor {
  let wanted: DoorMode = 'reject'
  let current: DoorMode = 'reject'
  let server: Server | null = null
  let work: Promise<void> | null = null

  const leave = async () => {
    if (current === 'drop') await dropper.release(address, port)
    server?.close()
    server = null
  }
  const enter = async (mode: DoorMode) => {
    if (mode === 'drop') await dropper.drop(address, port)
    if (mode !== 'answer') return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server = createServer(onConnection).once('error', reject).listen(port, address, resolve)
    await promise
  }
  const change = async () => {
    while (current !== wanted) {
      const next = wanted
      await leave()
      current = 'reject'
      await enter(next)
      current = next
    }
  }
  return {
    set(mode) {
      wanted = mode
      if (work !== null || current === wanted) return
      work = change()
        .catch(onFailure)
        .finally(() => {
          work = null
        })
    },
    async settled() {
      await work
    },
  }
}
