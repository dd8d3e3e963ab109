import { execFile } from 'node:child_process'

export interface Ran {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs `portolan` with these words. It, and what it runs, sees no token. @throws Error where it cannot be started */
export type RunPortolan = (words: readonly string[]) => Promise<Ran>

const MOST_BYTES = 64 * 1024 * 1024

/** @param program what starts it, e.g. `['portolan']` */
export function runPortolan(program: readonly string[], folder: string, env: NodeJS.ProcessEnv): RunPortolan {
  const [file = '', ...first] = program
  const seen = Object.fromEntries(Object.entries(env).filter(([name]) => !/^(INPUT_.*|.*TOKEN)$/.test(name)))
  const options = { cwd: folder, env: { ...seen, NO_COLOR: '1' }, maxBuffer: MOST_BYTES }
  return (words) =>
    new Promise((resolve, reject) => {
      const child = execFile(file, [...first, ...words], options, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code
        if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr })
        else reject(error as Error)
      })
      child.stdin?.end()
    })
}
