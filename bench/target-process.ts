import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface TargetProcess {
  tcp: number
  http: number[]
  stop(): void
}

export async function startTarget(httpServers: number): Promise<TargetProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'target.ts'), String(httpServers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { ...(JSON.parse(line.toString()) as { tcp: number; http: number[] }), stop: () => child.kill() }
}
