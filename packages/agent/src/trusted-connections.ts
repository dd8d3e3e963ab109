import { readFile } from 'node:fs/promises'
import { Agent } from 'node:https'

/**
 * Connections to a server that shows one of the certificates in a file, which changes and may not be there yet. Node
 * verifies the certificate before it writes anything of a request.
 */
export function createTrustedConnections(file: string): { agent(): Promise<Agent>; close(): void } {
  let trusted = ''
  let agent = new Agent()

  return {
    /** @throws Error while no certificate is known */
    async agent() {
      const now = await readFile(file, 'utf8').catch(() => '')
      if (now === '') throw new Error(`the certificate of the collector is not known yet: ${file} is empty`)
      if (now !== trusted) {
        retire(agent)
        agent = new Agent({ keepAlive: true, ca: now })
        trusted = now
      }
      return agent
    },
    close: () => agent.destroy(),
  }
}

/** What is asked already gets its answer; nothing more is asked there. */
function retire(agent: Agent): void {
  agent.maxFreeSockets = 0
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}
