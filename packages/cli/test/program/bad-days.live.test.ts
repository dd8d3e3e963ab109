import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStoreReader } from '@portolan/collector'
import type { PracticeCluster } from '@portolan/practice'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

/** How many clusters a store holds; 0 while there is none. */
async function viewsIn(file: string): Promise<number> {
  try {
    const reader = openStoreReader(file)
    const views = await reader.views()
    reader.close()
    return views.length
  } catch {
    return 0
  }
}

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** Stands before the real engine and answers instead of it where it is told to. */
function engineThatLies(real: string, socket: string) {
  const lies = new Map<string, string>()
  const server = createServer((asked, response) => {
    const path = new URL(asked.url ?? '/', 'http://engine').pathname
    const lie = lies.get(path)
    if (lie !== undefined) return void response.end(lie)
    const passed = request({ socketPath: real, path: asked.url, method: asked.method }, (answer) => {
      response.writeHead(answer.statusCode ?? 500)
      response.flushHeaders()
      answer.pipe(response)
    })
    response.on('close', () => passed.destroy())
    passed.on('error', () => response.destroy())
    passed.end()
  })
  return { lies, server: server.listen(socket) }
}

/** The real program has bad days on a practice cluster. Each test leaves it as it found it. */
describe('watch on a bad day', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bad-days-'))
  const state = join(folder, 'state')
  const socket = join(folder, 'lying.sock')
  let cluster: PracticeCluster
  let engine: ReturnType<typeof engineThatLies>
  let run: Run
  let page = ''

  const env = () => ({ DOCKER_HOST: `unix://${socket}`, KUBECONFIG: cluster.kubeconfig })
  const hears = (type: string, since: number) =>
    run.line((text) => JSON.parse(text).type === type && Date.parse(JSON.parse(text).at) >= since)
  /** Nobody but the API server can know that. */
  const isKnown = (cause: string, since: number) =>
    run.line((text) => {
      const line = JSON.parse(text)
      return line.type.startsWith('incident.') && line.cause === cause && Date.parse(line.at) >= since
    })

  async function goesDarkAndComesBack(): Promise<void> {
    const since = Date.now()
    cluster.scale('web', 0)
    await hears('incident.opened', since)
    cluster.scale('web', 1)
    await hears('incident.closed', Date.now())
  }

  beforeAll(async () => {
    cluster = makePond(folder)
    await cluster.start()
    cluster.cordon('pond-worker2')
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080 })
    await cluster.settled()
    engine = engineThatLies(cluster.engineSocket, socket)
    run = portolan(['watch', '--json', '--listen', '127.0.0.1:0', '--state', state], env())
    page = JSON.parse(await run.line((line) => JSON.parse(line).type === 'watching')).page
    await hears('target.state', 0)
  }, 60_000)

  afterAll(async () => {
    run?.child.kill('SIGKILL')
    engine?.server.close().closeAllConnections()
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a container engine that lists null is said, no node is taken for gone, and it is found again', async () => {
    engine.lies.set('/containers/json', '[{"Id":"x"},null]')
    await cluster.stopNode('pond-worker2')
    await run.says(
      /The container engine: \/containers\/json answered what cannot be read: 1: .*Portolan probes the ports/,
    )
    engine.lies.clear()
    await run.says(/The container engine answers\./)
    await cluster.startNode('pond-worker2')
    await cluster.settled()
    await goesDarkAndComesBack()
  })

  test('an API server that is away while objects change is said, and everything is found again', async () => {
    const since = Date.now()
    await cluster.stopApi()
    await run.says(/The API server of pond cannot be reached .* causes stay unknown/)
    cluster.scale('web', 0)
    await hears('incident.opened', since)
    await cluster.startApi()
    await run.says(/The API server of pond answers\./)
    await isKnown('no_endpoints', since)
    cluster.scale('web', 1)
    await hears('incident.closed', Date.now())
  })

  test('a state folder that is deleted is said, and another store is opened', async () => {
    rmSync(state, { recursive: true })
    await run.says(/The store .*portolan\.db was deleted while Portolan ran: another one is opened there/)
    await goesDarkAndComesBack()
    const { code, out } = await portolan(['incidents', '--state', state]).ended
    expect(out).toMatch(/\(pond-\d+-/)
    expect(code).toBe(0)
  })

  test('a state folder that cannot be made again is said in terminal and /readyz, takes no note, and recovers', async () => {
    rmSync(state, { recursive: true })
    writeFileSync(state, 'in its place')
    await run.says(/no other can be opened: .*keeps events in memory/)
    expect((await fetch(`${page}/readyz`)).status).toBe(503)
    await goesDarkAndComesBack()
    rmSync(state)
    await run.says(/Portolan keeps events on disk again\./)
    expect((await fetch(`${page}/readyz`)).status).toBe(200)
    const { out } = await portolan(['incidents', '--state', state]).ended
    expect(out).toMatch(/\(pond-\d+-/)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'the first %s ends it though its reader stopped reading',
    async (signal) => {
      const words = ['watch', '--json', '--listen', 'off', '--state', join(folder, `unread-${signal}`)]
      // The pipe is full before the first line.
      const child = spawn('sh', ['-c', 'head -c 65536 /dev/zero; exec "$@"', 'sh', process.execPath, MAIN, ...words], {
        env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env() },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stderr.resume()
      const exited = once(child, 'exit')
      // It has begun when it has kept what it saw.
      for (let views = 0; views === 0; ) {
        await setTimeout(50)
        views = await viewsIn(join(folder, `unread-${signal}`, 'portolan.db'))
        expect(child.exitCode).toBeNull()
      }
      child.kill(signal)
      const [code] = await exited
      expect(code).toBe(0)
      child.stdout.destroy()
    },
  )

  test('a store that hangs is said, and the first Ctrl-C ends watch all the same', async () => {
    const database = new DatabaseSync(join(state, 'portolan.db'))
    database.exec(`CREATE TRIGGER hang BEFORE INSERT ON facts BEGIN
      SELECT (WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n);
    END`)
    database.close()
    await run.says(/The store has not answered for 10 s: its disk may hang\. .*keeps events in memory/)
    expect((await fetch(`${page}/readyz`)).status).toBe(503)
    await goesDarkAndComesBack()
    run.child.kill('SIGINT')
    await run.ended
  })
})
