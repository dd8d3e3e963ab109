import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PortolanError } from '@portolan/core'

/** A replica of a hub, in a process of its own: it can be killed as any other. */
export interface Replica {
  pid: number
  /** Where its page and its ingest listen, on 127.0.0.1. */
  pagePort: number
  ingestPort: number
  /** At once, without a word to anybody. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** How it says where it is: a line of its log. */
const SAYS_WHERE = 'the hub is ready'
const KEPT_LINES = 5

/** @throws {PortolanError} service_unready with its last words where it ends before it is there */
export async function startReplica(options: { store: string; tokens: string; keyFile: string }): Promise<Replica> {
  const { store, tokens, keyFile } = options
  const words = ['hub', `--tokens=${tokens}`, `--token-file=${keyFile}`, '--listen=127.0.0.1:0', '--ingest=127.0.0.1:0']
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...words], {
    env: { ...process.env, PORTOLAN_STORE: store },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const last: string[] = []
  const there = Promise.withResolvers<{ page: string; ingest: string }>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.splice(0, last.length - KEPT_LINES + 1)
      last.push(line)
      if (line.includes(SAYS_WHERE)) there.resolve(JSON.parse(line) as { page: string; ingest: string })
    })
  }
  ended.then(
    () => there.reject(new PortolanError('service_unready', `a replica ended: ${last.join(' ')}`, 'try it again')),
    (error: unknown) => there.reject(error),
  )
  const { page, ingest } = await there.promise

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await ended
  }

  return {
    pid: child.pid ?? 0,
    pagePort: Number(new URL(page).port),
    ingestPort: Number(new URL(ingest).port),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}
