import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { constants } from 'node:os'

const NEEDED = 26
/** V8 lets what is young grow to 48 MB, of which a quarter is ever used. */
const YOUNG = '--max-semi-space-size=2'

export function isNewEnough(version: string): boolean {
  return Number(version.split('.')[0]) >= NEEDED
}

/**
 * Runs this program once more with the Node that was installed along with it, and ends as that ends. Runs on Node 18.
 *
 * @param program its first file
 */
export async function runWithNewerNode(program: string, words: readonly string[]): Promise<void> {
  const node = installedNode(program)
  if (node === null) {
    process.stderr.write(`portolan: needs Node ${NEEDED} or newer, and this is ${process.versions.node}\n`)
    process.stderr.write(
      `  install Node ${NEEDED}, or install Portolan with its optional dependencies, which bring it\n`,
    )
    process.exitCode = 3
    return
  }
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [YOUNG, program, ...words], { stdio: 'inherit' })
  // A terminal sends its SIGINT to both. Here that is ignored, so that the other one can end in its own time.
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  child.on('error', (error) => {
    process.stderr.write(`portolan: ${node} cannot be run: ${error.message}\n  install Node ${NEEDED}\n`)
    process.exitCode = 3
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL']
  })
}

/** null: there is none for this platform, or it was left out of the installation. */
function installedNode(program: string): string | null {
  const { resolve } = createRequire(program)
  for (const kind of ['node', 'node-bin']) {
    try {
      const node = join(dirname(resolve(`${kind}-${process.platform}-${process.arch}/package.json`)), 'bin', 'node')
      if (existsSync(node)) return node
    } catch {
      // It may be there by the other name.
    }
  }
  return null
}
