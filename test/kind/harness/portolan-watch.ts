import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { WatchLine } from '@portolan/wire'

export type Heard = WatchLine & { receivedAt: number }
export type IncidentLine = Extract<Heard, { type: 'incident.opened' | 'incident.updated' | 'incident.closed' }>

export const MAIN = join(import.meta.dirname, '../../../packages/cli/src/main.ts')

/** `portolan watch --json` as a child process. */
export interface PortolanWatch extends AsyncDisposable {
  /** All that it said so far. */
  lines(): readonly Heard[]
  incidents(): readonly IncidentLine[]
  /** The first line that fits, among those after the mark and those to come. */
  line<Line extends Heard = Heard>(what: string, fits: (line: Heard) => boolean, mark?: number): Promise<Line>
  /** Marks where the lines stand now. */
  mark(): number
  /** Interrupts it; what standard error said, and how it ended. */
  interrupt(): Promise<{ code: number | null; err: string }>
}

export function isIncident(line: Heard): line is IncidentLine {
  return line.type.startsWith('incident.')
}

/** @param env beside this process' own */
export function watchWithPortolan(words: readonly string[], env: NodeJS.ProcessEnv = {}): PortolanWatch {
  const state = mkdtempSync(join(tmpdir(), 'portolan-state-'))
  const options = ['watch', '--json', '--listen', '127.0.0.1:0', '--state', state, ...words]
  const child = spawn(process.execPath, [MAIN, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const lines: Heard[] = []
  const waiting = new Set<() => void>()
  let err = ''
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push({ ...(JSON.parse(text) as WatchLine), receivedAt: Date.now() })
    for (const look of waiting) look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text))
  const closed = once(child, 'close').then(([code]) => code as number | null)
  return {
    lines: () => lines,
    incidents: () => lines.filter(isIncident),
    line<Line extends Heard>(what: string, fits: (line: Heard) => boolean, mark = 0) {
      const { promise, resolve, reject } = Promise.withResolvers<Line>()
      const look = () => {
        const found = lines.slice(mark).find(fits)
        if (found !== undefined) resolve(found as Line)
      }
      const tell = () =>
        lines
          .slice(mark)
          .map((line) => JSON.stringify(line))
          .join('\n')
      const late = setTimeout(() => reject(new Error(`it never said ${what}, but:\n${tell()}\n${err}`)), PATIENCE_MS)
      closed.then((code) => reject(new Error(`it ended with ${code} before it said ${what}:\n${err}`)), reject)
      waiting.add(look)
      look()
      return promise.finally(() => {
        clearTimeout(late)
        waiting.delete(look)
      })
    },
    mark: () => lines.length,
    async interrupt() {
      child.kill('SIGINT')
      return { code: await closed, err }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await closed
      rmSync(state, { recursive: true, force: true })
    },
  }
}

/** After so long a line will not come any more. */
const PATIENCE_MS = 120_000
