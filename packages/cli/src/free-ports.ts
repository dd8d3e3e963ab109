import { createServer } from 'node:net'
import type { NodeSpec } from '@portolan/practice'
import type { Listen } from '@portolan/runtime'

/** The address, with any free port where its own is taken. */
export async function freePort(listen: Listen): Promise<Listen> {
  return (await isFree(listen)) ? listen : { ...listen, port: 0 }
}

/** The nodes, with any free host port in place of those that are taken; what was changed, for people. */
export async function withFreePorts(nodes: readonly NodeSpec[]): Promise<{ nodes: NodeSpec[]; moved: string[] }> {
  const moved: string[] = []
  const changed: NodeSpec[] = []
  for (const node of nodes) {
    const ports = []
    for (const port of node.ports ?? []) {
      if (await isFree({ host: '127.0.0.1', port: port.hostPort })) {
        ports.push(port)
      } else {
        ports.push({ ...port, hostPort: 0 })
        moved.push(
          `Host port ${port.hostPort} is in use on this machine: a free one is mapped to ${port.containerPort} instead.`,
        )
      }
    }
    changed.push(node.ports === undefined ? node : { ...node, ports })
  }
  return { nodes: changed, moved }
}

async function isFree({ host, port }: Listen): Promise<boolean> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  server.once('error', () => resolve(false))
  server.listen(port, host, () => server.close(() => resolve(true)))
  return promise
}
