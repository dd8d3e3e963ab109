import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Series {
  metric: Record<string, string>
  /** Seconds since the epoch, and the value as text. */
  values: [number, string][]
}

/** What is scraped under one name. */
export interface Job {
  /** HOST:PORT each. */
  targets: string[]
  path?: string
  /** What its cluster is called, where that is not what it says itself. */
  cluster?: string
}

/** A Prometheus of our own. */
export interface Prometheus {
  /** Times and step in seconds. @throws where it does not like the query */
  range(expr: string, from: number, to: number, step: number): Promise<Series[]>
  stop(): Promise<void>
}

export async function startPrometheus(options: {
  folder: string
  rules: string
  port: number
  jobs: ReadonlyMap<string, Job>
}): Promise<Prometheus> {
  const { folder, rules, port, jobs } = options
  const config = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: [rules],
    scrape_configs: [...jobs].map(([job_name, { targets, path = '/metrics', cluster }]) => ({
      job_name,
      metrics_path: path,
      static_configs: [{ targets }],
      metric_relabel_configs:
        cluster === undefined
          ? []
          : [{ source_labels: ['cluster'], regex: '.+', replacement: cluster, target_label: 'cluster' }],
    })),
  }
  const file = join(folder, 'prometheus.yaml')
  writeFileSync(file, JSON.stringify(config))
  const flags = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`]
  const child = spawn('prometheus', [...flags, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await once(child, 'spawn')
  const ended = once(child, 'exit')
  const base = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`)
    await pause(200)
  }

  async function range(query: string, start: number, end: number, step: number): Promise<Series[]> {
    const words = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) })
    const answer = (await (await fetch(`${base}/api/v1/query_range?${words.toString()}`)).json()) as {
      error?: string
      data?: { result: Series[] }
    }
    if (answer.data === undefined) throw new Error(`${query}: ${answer.error}`)
    return answer.data.result
  }

  return {
    range,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
