import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { emptyPanels } from '../../prometheus/panels.ts'
import { drawDashboards } from '../../prometheus/pictures.ts'
import { startPrometheus } from '../../prometheus/prometheus.ts'
import { freePorts } from '../../free-ports.ts'
import type { StoryCluster } from './story-cluster.ts'

/** A real Prometheus that scrapes an installed Portolan: its collector, its agents, and the prober of this host. */
export interface Scraped extends AsyncDisposable {
  /** The panels, as `dashboard: title`, that had nothing to show since it began. */
  emptyPanels(hostPort: number): Promise<string[]>
}

const RULES = join(import.meta.dirname, '../../../deploy/rules/portolan.rules.yaml')
const COLLECTOR = '/api/v1/namespaces/portolan/services/http:portolan-collector:9466/proxy/metrics'

export const hasPrometheus = spawnSync('prometheus', ['--version']).error === undefined

/** @param options.prober HOST:PORT of its metrics */
export async function startScraping(
  cluster: StoryCluster,
  options: { nodes: readonly string[]; prober: string },
): Promise<Scraped> {
  await using started = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'portolan-prometheus-'))
  started.defer(() => rmSync(folder, { recursive: true, force: true }))
  const proxy = spawn('kubectl', ['--context', cluster.context, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(proxy, 'exit')
  started.defer(async () => {
    proxy.kill('SIGTERM')
    await ended
  })
  const [line] = (await Promise.race([once(createInterface(proxy.stdout), 'line'), ended])) as [string | number | null]
  if (typeof line !== 'string') throw new Error(`kubectl proxy ended with ${line}`)
  const api = line.split(' ').at(-1) ?? ''
  const [port = 0] = await freePorts(1)
  const prometheus = started.adopt(
    await startPrometheus({
      folder,
      rules: RULES,
      port,
      jobs: new Map([
        ['collector', { targets: [api], path: COLLECTOR }],
        ['agents', { targets: options.nodes.map((address) => `${address}:9466`) }],
        ['prober', { targets: [options.prober] }],
      ]),
    }),
    (one) => one.stop(),
  )
  const from = Date.now() / 1000
  const running = started.move()

  return {
    async emptyPanels(hostPort) {
      const seen = { cluster: cluster.name, port: `host:${hostPort}`, from, to: Date.now() / 1000 }
      const pictures = process.env['PORTOLAN_PICTURES']
      if (pictures !== undefined) await drawDashboards(prometheus, pictures, 'installed', seen)
      return emptyPanels(prometheus, seen)
    },
    async [Symbol.asyncDispose]() {
      await running.disposeAsync()
    },
  }
}
