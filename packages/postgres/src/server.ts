import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { initialise, KNOWN_PASSWORD, own, POSTGRES_USER, postgresInstallation } from './installation.ts'

/** A PostgreSQL server of a test or a demo, on loopback. */
export interface PostgresServer {
  readonly port: number
  /** With the password, which `postgres` has. */
  url(database?: string): string
  /** As a machine that loses its power: every process of it at once. */
  kill(): Promise<void>
  /** Starts one that was killed or stopped, at the same port. */
  start(): Promise<void>
  stop(): Promise<void>
  /** A standby takes writes from now on. */
  promote(): Promise<void>
  /** Ends it, and removes its files. */
  remove(): Promise<void>
}

/** Settings of a server as `postgres -c` takes them. What is lost when the machine stops is no concern of its owner. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  shared_buffers: '32MB',
  wal_level: 'replica',
  wal_keep_size: '256MB',
  timezone: 'UTC',
  jit: 'off',
}

/**
 * @param options.password of its user `postgres`; by default one that everybody may know
 * @param options.settings beside those of every server
 * @param options.primary what it is a standby of: of a server that was just made, since both begin with the same files
 * @param options.onLog is given each line that the server writes
 */
export async function startPostgres(
  options: {
    password?: string
    settings?: Record<string, string>
    primary?: PostgresServer
    onLog?(line: string): void
  } = {},
): Promise<PostgresServer> {
  const { password, settings, primary, onLog } = options
  const { bin, data: unused } = await postgresInstallation()
  const folder = mkdtempSync(join(tmpdir(), 'portolan-postgres-data-'))
  chmodSync(folder, 0o700)
  const data = join(folder, 'data')
  if (password === undefined) cpSync(unused, data, { recursive: true })
  else {
    own(folder)
    await initialise(bin, data, password)
  }
  if (primary !== undefined) {
    const login = `host=127.0.0.1 port=${primary.port} user=postgres password='${KNOWN_PASSWORD}'`
    writeFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${login.replaceAll("'", "''")}'\n`)
    writeFileSync(join(data, 'standby.signal'), '')
  }
  ownAll(folder)
  const port = await freePort()
  let server: ChildProcess | null = null

  async function start(): Promise<void> {
    const all = Object.entries({ ...SETTINGS, ...settings, port: String(port) })
    const words = ['-D', data, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const started = spawn(join(bin, 'postgres'), words, {
      ...POSTGRES_USER,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    server = started
    const endWithTest = () => started.kill('SIGKILL')
    process.once('exit', endWithTest)
    const said: string[] = []
    const ready = Promise.withResolvers<void>()
    createInterface({ input: started.stderr }).on('line', (line) => {
      said.splice(0, said.length - 20)
      said.push(line)
      onLog?.(line)
      if (/ready to accept (read-only )?connections/.test(line)) ready.resolve()
    })
    started.once('exit', () => {
      process.off('exit', endWithTest)
      ready.reject(new Error(`PostgreSQL ended: ${said.join('\n')}`))
    })
    await ready.promise
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ended = server
    if (ended?.pid === undefined || ended.exitCode !== null || ended.signalCode !== null) return
    const gone = once(ended, 'exit')
    if (signal === 'SIGKILL') for (const child of childrenOf(ended.pid)) killQuietly(child)
    ended.kill(signal)
    await gone
  }

  await start()
  return {
    port,
    url: (database = 'postgres') =>
      `postgres://postgres:${encodeURIComponent(password ?? KNOWN_PASSWORD)}@127.0.0.1:${port}/${database}`,
    start,
    kill: () => end('SIGKILL'),
    // Fast: it does not wait for who is connected.
    stop: () => end('SIGINT'),
    async promote() {
      await promisify(execFile)(join(bin, 'pg_ctl'), ['promote', '-D', data], { ...POSTGRES_USER, cwd: '/' })
    },
    async remove() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function ownAll(folder: string): void {
  own(folder)
  if (POSTGRES_USER === undefined) return
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) own(join(folder, entry))
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  } catch {
    return []
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
