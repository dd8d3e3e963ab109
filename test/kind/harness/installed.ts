import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Cause } from '@portolan/core'
import type { ExplanationDocument, IncidentDocument, IncidentsDocument, ReportDocument } from '@portolan/wire'
import { freePorts } from '../../free-ports.ts'
import { MAIN } from './portolan-watch.ts'
import { attempt, run } from './shell.ts'
import type { StoryCluster } from './story-cluster.ts'
import { until } from './until.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** How far each source was heard, in each of its lives, going by the facts that are stored. */
export interface Heard {
  source: string
  boot: string
  facts: number
  distinct: number
  first: number
  last: number
}

/** Portolan installed in the cluster, with the prober of this host as a service beside it. */
export interface Installed extends AsyncDisposable {
  /** HOST:PORT of the prober's own metrics. */
  proberMetrics: string
  /** Installs it again with these words more. */
  install(...words: string[]): Promise<void>
  /** What the collector knows of the port with this number. */
  explain(hostPort: number): Promise<ExplanationDocument>
  /** Done when the port's open incident has this cause, proven. */
  proven(hostPort: number, cause: Cause): Promise<IncidentDocument>
  /** Done when the port is up. */
  up(hostPort: number): Promise<void>
  incidents(): Promise<IncidentDocument[]>
  gaps(): Promise<ReportDocument['gaps']>
  /** What is stored of agents and probers. */
  heard(): Promise<Heard[]>
  metric(name: string): Promise<Map<string, number>>
  /** The node of the collector's pod that runs. */
  collectorNode(): Promise<string>
  /** @returns the status of a login with this token at the page, and that of a note after it */
  logIn(token: string): Promise<[number, number]>
  /** Opens the page by `portolan page` until it is disposed of. @returns what it has at a path, with the session that it brings */
  page(): Promise<AsyncDisposable & { ask(path: string, init?: RequestInit): Promise<Response> }>
  /** What the collector wrote last. */
  log(): Promise<string>
}

export async function installPortolan(cluster: StoryCluster, ...words: string[]): Promise<Installed> {
  await using started = new AsyncDisposableStack()
  const kubectl = (...more: string[]) => cluster.kubectl('-n', 'portolan', ...more)
  await run([process.execPath, join(ROOT, 'deploy/image.ts')])
  const withPortolan = async (command: string, ...more: string[]) => {
    const { code, out, err } = await attempt([process.execPath, MAIN, command, '--cluster', cluster.name, ...more])
    if (code === 0) return
    throw new Error(`portolan ${command} ended with ${code}: ${err}${await tellUnready(cluster)}${out}`)
  }
  const install = (...more: string[]) => withPortolan('install', ...more)
  started.defer(() => withPortolan('uninstall'))
  await install(...words)
  const state = mkdtempSync(join(tmpdir(), 'portolan-prober-'))
  started.defer(() => rmSync(state, { recursive: true, force: true }))
  const [port = 0] = await freePorts(1)
  const metrics = `127.0.0.1:${port}`
  const options = ['prober', '--cluster', cluster.name, '--state', state, '--listen', metrics]
  const prober = spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'ignore', 'inherit'] })
  started.defer(async () => {
    prober.kill('SIGTERM')
    await once(prober, 'exit')
  })

  /** The one that is not leaving: kubectl would take any of the Deployment's. */
  async function collectorPod(): Promise<{ name: string; node: string }> {
    const columns = 'custom-columns=P:.metadata.name,N:.spec.nodeName,D:.metadata.deletionTimestamp'
    const ofCollector = ['-l', 'app.kubernetes.io/component=collector', '-o', columns, '--no-headers']
    const lines = (await kubectl('get', 'pods', ...ofCollector)).trim().split('\n')
    const [name = '', node = ''] = lines.find((line) => line.endsWith('<none>'))?.split(/\s+/) ?? []
    return { name, node: node === '<none>' ? '' : node }
  }

  async function inCollector(...command: string[]): Promise<string> {
    return kubectl('exec', (await collectorPod()).name, '--', ...command)
  }

  async function ask<Document>(...command: string[]): Promise<Document> {
    const told = await inCollector('sh', '-c', `node /app/portolan.mjs ${command.join(' ')} || true`)
    return JSON.parse(told) as Document
  }

  const installed: Installed = {
    proberMetrics: metrics,
    install,
    explain: (hostPort) => ask<ExplanationDocument>('explain', String(hostPort), '--json'),
    async proven(hostPort, cause) {
      let last: IncidentDocument | null = null
      await until(`${hostPort} is dark by ${cause}, proven`, async () => {
        last = (await installed.explain(hostPort).catch(() => null))?.incident ?? null
        return last?.cause === cause && last.confidence === 'proven'
      }).catch((error: Error) => {
        throw new Error(`${error.message}; last it was said: ${JSON.stringify(last)}`)
      })
      return last as unknown as IncidentDocument
    },
    up: (hostPort) =>
      until(`${hostPort} is seen to answer`, async () => {
        const target = (await installed.explain(hostPort).catch(() => null))?.target
        return target?.state === 'up' || target?.state === 'flapping'
      }),
    async incidents() {
      return (await ask<IncidentsDocument>('incidents', '--json')).incidents
    },
    async gaps() {
      return (await ask<ReportDocument>('report', '--since', '1h', '--format', 'json')).gaps
    },
    async heard() {
      const told = await inCollector('node', '--no-warnings', '-e', COUNT)
      return JSON.parse(told) as Heard[]
    },
    async metric(name) {
      const path = '/api/v1/namespaces/portolan/services/http:portolan-collector:9466/proxy/metrics'
      const text = await cluster.kubectl('get', '--raw', path)
      const lines = text.matchAll(new RegExp(`^${name}(\\{.*\\})? (.+)$`, 'gm'))
      return new Map([...lines].map(([, labels = '', value]) => [labels, Number(value)]))
    },
    collectorNode: async () => (await collectorPod()).node,
    async logIn(token) {
      return JSON.parse(await inCollector('node', '-e', LOG_IN, token)) as [number, number]
    },
    async page() {
      const options = ['page', '--cluster', cluster.name, '--no-open', '--annotate']
      const child = spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [line = ''] = await once(createInterface({ input: child.stdout }), 'line')
      const address = new URL(/http:\S+$/.exec(String(line))?.[0] ?? '')
      const session = new URLSearchParams(address.hash.slice(1)).get('key') ?? ''
      return {
        ask: (path, init = {}) => fetch(new URL(path, address), withSession(session, init)),
        async [Symbol.asyncDispose]() {
          child.kill('SIGINT')
          const [code] = (await once(child, 'exit')) as [number | null]
          if (code !== 0) throw new Error(`portolan page ended with ${code}`)
        },
      }
    },
    log: async () => kubectl('logs', '--tail=50', (await collectorPod()).name),
    async [Symbol.asyncDispose]() {
      await running.disposeAsync()
    },
  }
  await until('the prober of this host is heard', async () => {
    const sources = (await installed.heard()).map(({ source }) => source)
    return sources.includes(`prober/${hostname().toLowerCase()}`)
  })
  const running = started.move()
  return installed
}

function withSession(session: string, init: RequestInit): RequestInit {
  return { ...init, headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' } }
}

/** The pods that are not ready, and what those of the agents wrote last. */
async function tellUnready(cluster: StoryCluster): Promise<string> {
  const pods = await attempt([
    'kubectl',
    '--context',
    cluster.context,
    'get',
    'pods',
    '-A',
    '-o',
    'wide',
    '--no-headers',
  ])
  const isUnready = (line: string) => !/ (\d+)\/\1 +Running /.test(line)
  const ofAgents = ['-n', 'portolan-agents', 'logs', '-l', 'app.kubernetes.io/component=agent', '--prefix', '--tail=5']
  const logs = await attempt(['kubectl', '--context', cluster.context, ...ofAgents])
  return `\n${pods.out.split('\n').filter(isUnready).join('\n')}\n${logs.out}${logs.err}`
}

const LOG_IN = `
const post = (path, body, headers) => fetch('http://127.0.0.1:9464/api/v1' + path, {
  method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
post('/session', { key: process.argv[1] }).then(async (login) => {
  const { session } = await login.json()
  const note = await post('/notes', { text: 'hello' }, { authorization: 'Bearer ' + session })
  console.log(JSON.stringify([login.status, note.status]))
})`

const COUNT = `
const { DatabaseSync } = require('node:sqlite')
const database = new DatabaseSync('/var/lib/portolan/portolan.db', { readOnly: true })
const rows = database.prepare(\`
  SELECT json_extract(body, '$.source') AS source, json_extract(body, '$.boot') AS boot, count(*) AS facts,
    count(DISTINCT json_extract(body, '$.sequence')) AS "distinct",
    min(json_extract(body, '$.sequence')) AS first, max(json_extract(body, '$.sequence')) AS last
  FROM facts WHERE source LIKE 'agent/%' OR source LIKE 'prober/%' GROUP BY 1, 2\`).all()
console.log(JSON.stringify(rows))`
