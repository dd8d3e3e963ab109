import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Demo {
  /** Its ports, by their targets. */
  targets(): Promise<string[]>
  stop(): Promise<void>
}

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts')

/** The program itself in a scenario; answers once its ports are watched. */
export async function startDemo(scenario: string, seed: number, address: string): Promise<Demo> {
  const words = ['demo', scenario, '--json', '--seed', String(seed), '--listen', address]
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString()
  })

  async function targets(): Promise<string[]> {
    const answer = (await (await fetch(`http://${address}/api/v1/targets`)).json()) as { targets: { id: string }[] }
    return answer.targets.map(({ id }) => id)
  }

  while ((await targets().catch(() => [])).length === 0) {
    if (child.exitCode !== null) throw new Error(`the demo ${scenario} ended with ${child.exitCode}: ${said}`)
    await pause(200)
  }
  return {
    targets,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
