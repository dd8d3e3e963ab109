import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'

/** The real program as a child process. */
export interface Run {
  child: ChildProcess
  /** The first line of standard output for which the answer is true, among all that came and come. */
  line(wanted: (line: string) => boolean): Promise<string>
  /** The same of standard error, for what is in all of it. */
  says(wanted: RegExp): Promise<void>
  ended: Promise<{ code: number | null; out: string; err: string }>
}

/** A test that fails half-way leaves no program behind: it would keep the test run from ending. */
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

export const MAIN = join(import.meta.dirname, '../../src/main.ts')

export function portolan(words: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let err = ''
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const look of waiting) look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    for (const look of waiting) look()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out: lines.join('\n'), err }))
  function until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      ended.then((end) => reject(new Error(`it ended with ${end.code} before: ${end.out}\n${end.err}`)), reject)
      look()
    })
  }
  return {
    child,
    ended,
    line: (wanted) => until(() => lines.find(wanted)),
    says: (wanted) => until(() => (wanted.test(err) ? null : undefined)).then(() => {}),
  }
}
