import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InspectedContainer } from '../src/inspected.ts'

/** The four paths of Docker's API that we use, over a real unix socket. */
export interface FakeEngine {
  socket: string
  version: object
  info: { OperatingSystem: string; SystemTime?: string }
  /** By id. */
  containers: Map<string, InspectedContainer>
  /** Listed, but gone when they are inspected. */
  ghosts: string[]
  /** By path: answered as it is, instead of what there is. */
  bodies: Map<string, string>
  /** What was asked for, with the query. */
  requests: string[]
  /** What was posted, by path. */
  posted: Map<string, unknown>
  /** When more than so many requests came. */
  asked(requests: number): Promise<void>
  /** Says nothing more. */
  frozen: boolean
  /** An event to everybody who listens, and to those who come back with `since`. */
  emit(event: object): void
  /** Bytes as they are. */
  write(chunk: string): void
  dropStreams(): void
  /** Somebody listens to events. */
  listeners(): number
  listen(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function createFakeEngine(): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-engine-'))
  const streams = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  const remembered: { seconds: number; line: string }[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://engine')
    engine.requests.push(`${url.pathname}${url.search}`)
    for (const look of waiting) look()
    if (engine.frozen) return
    if (url.pathname === '/events') {
      const since = url.searchParams.get('since')
      response.writeHead(200)
      response.flushHeaders()
      for (const { seconds, line } of remembered) if (since !== null && seconds >= Number(since)) response.write(line)
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    if (request.method === 'POST') keep(url.pathname, request).catch(() => {})
    const body = engine.bodies.get(url.pathname)
    if (body !== undefined) return void response.writeHead(200).end(body)
    const answer = answerTo(url.pathname)
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { message: 'No such container' }))
  })

  async function keep(path: string, sent: AsyncIterable<Uint8Array>): Promise<void> {
    engine.posted.set(path, JSON.parse((await Array.fromAsync(sent)).join('')))
  }

  function answerTo(path: string): unknown {
    if (path === '/version') return engine.version
    if (path === '/info') return engine.info
    if (path === '/containers/json') return [...engine.containers.keys(), ...engine.ghosts].map((Id) => ({ Id }))
    return engine.containers.get(/^\/containers\/(.*)\/json$/.exec(path)?.[1] ?? '')
  }

  const engine = {
    socket: join(folder, 'engine.sock'),
    version: { Version: '28.5.1', Components: [{ Name: 'Engine', Version: '28.5.1' }] },
    info: { OperatingSystem: 'Debian GNU/Linux 12 (bookworm)', SystemTime: '2026-11-25T12:00:00.5Z' },
    containers: new Map<string, InspectedContainer>(),
    ghosts: [] as string[],
    bodies: new Map<string, string>(),
    requests: [] as string[],
    posted: new Map<string, unknown>(),
    asked(requests: number): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (engine.requests.length <= requests) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
    frozen: false,
    emit(event: { time?: number }) {
      const line = `${JSON.stringify(event)}\n`
      remembered.push({ seconds: event.time ?? 0, line })
      engine.write(line)
    },
    write(chunk: string) {
      for (const stream of streams) stream.write(chunk)
    },
    dropStreams() {
      for (const stream of streams) stream.destroy()
    },
    listeners: () => streams.size,
    async listen() {
      server.listen(engine.socket)
      await once(server, 'listening')
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await engine.close()
      await rm(folder, { recursive: true })
    },
  }
  await engine.listen()
  return engine
}
