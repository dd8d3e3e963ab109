import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs a program to its end, whatever that is. */
export async function attempt(words: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const [command = '', ...rest] = words
  const child = spawn(command, rest, { env: options.env ?? process.env, stdio: 'pipe' })
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (ended.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (ended.err += text))
  child.stdin.on('error', () => {}).end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { ...ended, code }
}

/** What a program wrote to standard output. @throws where it fails, with what it said */
export async function run(words: readonly string[], options: { input?: string } = {}): Promise<string> {
  const { code, out, err } = await attempt(words, options)
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${err.trim() || out.trim()}`)
  return out
}
