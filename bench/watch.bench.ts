import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { buildAll } from '../build/build-all.ts'
import { startChild } from './child.ts'

/** What the built `portolan watch` takes of a machine while it watches 20 ports, beside a Node that does nothing. Linux. */
const PORTS = 20
const WARM_UP_MS = 30_000
const MEASURED_MS = 120_000
const TICKS_PER_SECOND = 100

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
await buildAll(join(folder, 'dist'), { maps: false })
const { child: cluster, first: env } = await startChild<NodeJS.ProcessEnv>('watched-cluster.ts', [String(PORTS)])
const state = join(folder, 'state')
const words = ['watch', '--json', '--cluster', 'lab', '--state', state, '--listen', '127.0.0.1:0']
const stdio = 'ignore'
const watch = spawn(process.execPath, [join(folder, 'dist/portolan.mjs'), ...words], {
  env: { HOME: folder, PATH: process.env.PATH, ...env },
  stdio,
})
const bare = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio })

/** ms of CPU so far. Source: proc(5), fields 14 and 15 of stat. */
function cpuMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
}

function megabytes({ pid }: ChildProcess): number {
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** MB in use in the store, whatever of it is in the write-ahead log still. */
function stored(): number {
  const database = new DatabaseSync(join(state, 'portolan.db'), { readOnly: true })
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(database.prepare(`PRAGMA ${name}`).get()?.[name]),
  )
  database.close()
  return ((Number(pages) - Number(free)) * Number(size)) / (1 << 20)
}

function report(what: string, value: number, unit: string, goal: number): void {
  const isReached = value <= goal
  console.log(`${what}: ${value.toFixed(1)}${unit} (goal ${goal}: ${isReached ? 'reached' : 'missed'})`)
  if (!isReached) process.exitCode = 1
}

await setTimeout(WARM_UP_MS)
const [cpuBefore, storedBefore] = [cpuMs(watch), stored()]
await setTimeout(MEASURED_MS)
const cpu = (cpuMs(watch) - cpuBefore) / (MEASURED_MS / 1000)
console.log(`memory: ${megabytes(watch).toFixed()} MB, ${(megabytes(watch) / megabytes(bare)).toFixed(2)} of bare Node`)
report('memory', megabytes(watch), ' MB', 130)
report('CPU', cpu, ' ms a second', 45)
report('written', ((stored() - storedBefore) * 3_600_000) / MEASURED_MS, ' MB an hour', 5)
for (const process of [watch, bare]) {
  const ended = once(process, 'exit')
  process.kill('SIGTERM')
  await ended
}
await cluster.stop()
rmSync(folder, { recursive: true })
