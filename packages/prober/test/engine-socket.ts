import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A container engine on a unix socket that holds one node of cluster `sea`, with the host ports that are given. */
export async function startEngineSocket(hostPorts: number[]) {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-prober-'))
  const socket = join(folder, 'engine.sock')
  const streams = new Set<ServerResponse>()
  const ports = Object.fromEntries(
    hostPorts.map((port, index) => [`${30080 + index}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(port) }]]),
  )
  const node = {
    Id: 'node-1',
    Name: '/sea-worker',
    State: { Status: 'running', StartedAt: '2026-11-25T12:00:00Z' },
    Config: { Labels: { 'io.x-k8s.kind.cluster': 'sea', 'io.x-k8s.kind.role': 'worker' } },
    HostConfig: { PortBindings: ports },
    NetworkSettings: { Ports: ports, Networks: { kind: { IPAddress: '127.0.0.2' } } },
  }
  let nodes = [node]
  const answers: Record<string, () => unknown> = {
    '/version': () => ({ Version: '28.5.1' }),
    '/info': () => ({ OperatingSystem: 'Debian GNU/Linux 12 (bookworm)' }),
    '/containers/json': () => nodes,
    '/containers/node-1/json': () => node,
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://engine')
    if (pathname === '/events') {
      streams.add(response)
      return response.writeHead(200).flushHeaders()
    }
    response.end(JSON.stringify(answers[pathname]?.() ?? null))
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    env: { DOCKER_HOST: `unix://${socket}` },
    /** The cluster is deleted. */
    removeNode() {
      nodes = []
      const event = {
        Type: 'container',
        Action: 'destroy',
        Actor: { ID: 'node-1', Attributes: node.Config.Labels },
        time: 1_795_608_000,
      }
      for (const stream of streams) stream.write(`${JSON.stringify(event)}\n`)
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await rm(folder, { recursive: true })
    },
  }
}
