import { commandText, printable } from '@portolan/core'
import { localFolder } from '@portolan/manifests'

/** A chart that fetches what it depends on may take long; one that never ends has to. */
const LIMITS = { timeout: 60_000, maxBuffer: 32 * 1024 * 1024, killSignal: 'SIGKILL' } as const
const MOST_QUOTED = 1000

const PROGRAMS = {
  chart: [['helm', 'template']],
  kustomization: [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ],
}

/**
 * Renders a chart or a kustomization with the first of the programs that is in PATH.
 *
 * @throws Error that quotes what the program said
 */
export async function renderFolder(folder: string, as: keyof typeof PROGRAMS): Promise<string> {
  for (const [program = '', verb = ''] of PROGRAMS[as]) {
    const output = await run(program, [verb, localFolder(folder)])
    if (output !== null) return output
  }
  const names = PROGRAMS[as].map(([program]) => program).join(' and ')
  throw new Error(`cannot be rendered: PATH has no ${names}`)
}

/** @returns null where there is no such program */
async function run(program: string, words: string[]): Promise<string | null> {
  const { execFile } = await import('node:child_process') // dear to load, and few ask for it
  const { promise, resolve, reject } = Promise.withResolvers<string | null>()
  const child = execFile(program, words, { ...LIMITS, env: process.env }, (error, stdout, stderr) => {
    if (error === null) resolve(stdout)
    else if (error.code === 'ENOENT') resolve(null)
    else reject(new Error(`cannot be rendered: ${commandText([program, ...words])} failed: ${reason(error, stderr)}`))
  })
  child.stdin?.end()
  return await promise
}

function reason(error: Error & { code?: unknown; killed?: boolean }, stderr: string): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it prints more than 32 MiB'
  if (error.killed === true) return 'it took longer than 60 s'
  const said = printable(stderr.trim())
  return said.length > MOST_QUOTED ? `${said.slice(0, MOST_QUOTED)}…` : said || error.message
}
