import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** prometheus-blackbox-exporter in a process of its own, asked as Prometheus asks it: one request a probe. */
export interface Blackbox {
  /** @returns whether the probe succeeded */
  probe(module: 'http' | 'tcp', target: string): Promise<boolean>
  /** The CPU that the process has used, ms. */
  cpuMs(): number
  stop(): Promise<void>
}

const MODULES = `
modules:
  http: { prober: http, timeout: 2s, http: { preferred_ip_protocol: ip4 } }
  tcp: { prober: tcp, timeout: 2s, tcp: { preferred_ip_protocol: ip4, query_response: [{ expect: "^SSH-2.0-" }] } }
`

/** @returns null where the program is not installed */
export async function startBlackbox(): Promise<Blackbox | null> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-'))
  const config = join(folder, 'blackbox.yml')
  await writeFile(config, MODULES)
  const child = spawn('prometheus-blackbox-exporter', [`--config.file=${config}`, '--web.listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    await once(child, 'spawn')
  } catch {
    await rm(folder, { recursive: true })
    return null
  }
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('prometheus-blackbox-exporter ended before it listened')))
    createInterface(child.stderr).on('line', (line) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (found !== undefined && found !== '0') resolve(Number(found))
    })
  })
  const agent = new Agent({ keepAlive: true })
  return {
    probe: (module, target) =>
      new Promise((resolve, reject) => {
        const path = `/probe?module=${module}&target=${encodeURIComponent(target)}`
        get({ host: '127.0.0.1', port, path, agent }, (response) => {
          let text = ''
          response.setEncoding('latin1')
          response.on('data', (part: string) => (text += part))
          response.on('end', () => resolve(/^probe_success 1$/m.test(text)))
        }).on('error', reject)
      }),
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    async stop() {
      agent.destroy()
      child.removeAllListeners('exit')
      child.kill()
      await once(child, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}

/** proc(5): utime and stime are the 14th and 15th field of stat, in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
