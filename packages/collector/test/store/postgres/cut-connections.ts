import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that may break: at a commit, before it arrives or after. */
export interface BreakingWay {
  port: number
  /** What becomes of the next commit. */
  breakNext(when: 'before the commit arrives' | 'before its answer arrives'): void
  close(): Promise<void>
}

const COMMIT = Buffer.from('COMMIT\0')

export async function startBreakingWay(to: number): Promise<BreakingWay> {
  let breaks: 'before the commit arrives' | 'before its answer arrives' | null = null
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    let isCut = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk: Buffer) => {
      const isBroken = breaks !== null && chunk.includes(COMMIT)
      if (isBroken && breaks === 'before the commit arrives') return void client.destroy()
      if (isBroken) isCut = true
      if (isBroken) breaks = null
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => (isCut ? client.destroy() : client.write(chunk)))
    client.on('close', () => {
      if (breaks === 'before the commit arrives') breaks = null
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    breakNext: (when) => (breaks = when),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
