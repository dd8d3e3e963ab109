import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '@portolan/base'
import { makeToken } from '@portolan/collector'
import { EXIT, type ExitCode, type Log, PortolanError } from '@portolan/core'
import { startPostgres, whyNoPostgres } from '@portolan/postgres'
import type { ScenarioResult } from '@portolan/practice'
import { createLogger, type Listen, systemClock } from '@portolan/runtime'
import { makePageKey, pageToOpen } from '../../page-key.ts'
import { DEMO_FOLDER } from '../../running/announce.ts'
import { untilStopped } from '../../until-stopped.ts'
import { type Door, openDoor } from './door.ts'
import { askHub } from './hub-answers.ts'
import { type AtHub, judgeSite, type SiteVerdict, summaryOf } from './judge.ts'
import { type Replica, startReplica } from './replica.ts'
import { createSite, type Site, type SitePlan } from './site.ts'

export interface FleetDemoPlan {
  forMs: number | null
  seed: number
  listen: Listen
}

const SITES: readonly SitePlan[] = [
  { sender: 'team-a', name: 'dev-1', scenario: 'story', portsFrom: 0 },
  { sender: 'team-a', name: 'dev-2', scenario: 'story', portsFrom: 100 },
  { sender: 'team-b', name: 'ci-17', scenario: 'rollout-gap', portsFrom: 200 },
  { sender: 'team-b', name: 'ci-18', scenario: 'node-stop', portsFrom: 300 },
  { sender: 'laptop-33', name: 'kind', scenario: 'hostport-lottery', portsFrom: 400 },
]
const LABELS: Record<string, Record<string, string>> = {
  'team-a': { team: 'a', host: 'build-1' },
  'team-b': { team: 'b', host: 'build-2' },
  'laptop-33': { team: 'b', host: 'laptop-33' },
}
const REPLICAS = 2
/** A replica is killed after this share of the time, or so late where nothing ends it. */
const KILL_AFTER = 1 / 3
const KILL_LATEST_MS = 20_000
/** What was decided last is on its way still. */
const CATCH_UP_MS = 30_000
const LOOK_MS = 500
const LONGEST_MS = 2 ** 31 - 1
const RETENTION = { factsMs: 24 * 3_600_000, historyMs: 24 * 3_600_000, bytes: 32 * 1024 * 1024 }

/** Five practice clusters, and one hub over them of which a replica is killed. @throws {PortolanError} tool_missing without PostgreSQL */
export async function demoFleet(plan: FleetDemoPlan): Promise<ExitCode> {
  const why = whyNoPostgres()
  if (why !== null) throw noPostgres(why)
  const clock = systemClock
  const stopped = untilStopped(clock, null)
  const over = new AbortController()
  const leave = () => over.abort()
  stopped.promise.then(leave, leave)
  const log = createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' })
  const folder = mkdtempSync(DEMO_FOLDER)
  const closers: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    say('Starting PostgreSQL, two replicas of a hub and five practice clusters...')
    const hub = await startHub(plan, folder, closers)
    const sites = await startSites(plan, { hub, folder, log, signal: over.signal, say }, closers)
    say(`Page: ${pageToOpen(`${hub.page.url}/`, hub.key)}${plan.forMs === null ? ' (Ctrl-C to quit)' : ''}`)
    const forMs = plan.forMs ?? LONGEST_MS
    const killed = killOne(hub.replicas, Math.min(forMs * KILL_AFTER, KILL_LATEST_MS), over.signal, say)
    const results = await Promise.all(sites.map((site) => site.run(forMs)))
    if (over.signal.aborted) return EXIT.fine
    await killed
    const verdicts = await judgeAll(hub.page, sites, results, over.signal)
    for (const line of summaryOf(verdicts, { replicas: REPLICAS, killed: 1 })) say(line)
    return verdicts.every(({ wrong }) => wrong.length === 0) ? EXIT.fine : EXIT.fault
  } catch (error) {
    if (over.signal.aborted) return EXIT.fine
    throw error
  } finally {
    stopped.cancel()
    for (const close of closers.reverse()) await close().catch((error: unknown) => log.debug({ err: error }, 'the end'))
  }
}

interface DemoHub {
  page: Door
  ingest: Door
  replicas: Replica[]
  key: string
  /** The token of each sender. */
  tokens: Map<string, string>
}

async function startHub(plan: FleetDemoPlan, folder: string, closers: (() => Promise<void>)[]): Promise<DemoHub> {
  // Whoever is on this machine as well reaches its port: nobody else knows the password.
  const postgres = await startPostgres({ password: randomBytes(24).toString('base64url') }).catch((error: unknown) => {
    throw noPostgres(`it does not start: ${Error.isError(error) ? error.message : String(error)}`, error)
  })
  closers.push(postgres.remove)
  const key = makePageKey()
  const [keyFile, tokens] = [join(folder, 'page.key'), join(folder, 'tokens.json')]
  const made = Object.entries(LABELS).map(([name, labels]) => makeToken(name, labels))
  writeFileSync(keyFile, `${key}\n`, { mode: 0o600 })
  writeFileSync(tokens, JSON.stringify(made.map(({ entry }) => entry)), { mode: 0o600 })
  const replicas: Replica[] = []
  while (replicas.length < REPLICAS) {
    const replica = await startReplica({ store: postgres.url(), tokens, keyFile })
    closers.push(replica.stop)
    replicas.push(replica)
  }
  const page = await openDoor(
    plan.listen,
    replicas.map(({ pagePort }) => pagePort),
  )
  closers.push(page.stop)
  const ingest = await openDoor(
    { host: '127.0.0.1', port: 0 },
    replicas.map(({ ingestPort }) => ingestPort),
  )
  closers.push(ingest.stop)
  return { page, ingest, replicas, key, tokens: new Map(made.map(({ token, entry }) => [entry.name, token])) }
}

/** One after another: each takes free ports. */
async function startSites(
  plan: FleetDemoPlan,
  context: { hub: DemoHub; folder: string; log: Log; signal: AbortSignal; say(line: string): void },
  closers: (() => Promise<void>)[],
): Promise<Site[]> {
  const { hub, folder, log, signal, say } = context
  const sites: Site[] = []
  for (const [index, one] of SITES.entries()) {
    const token = hub.tokens.get(one.sender) ?? ''
    const site = createSite(one, {
      folder,
      seed: plan.seed + index,
      clock: systemClock,
      log,
      retention: RETENTION,
      link: { url: new URL(hub.ingest.url), token: () => token, source: 'collector/demo', spool: null },
      signal,
      onNarration: (line) => say(`> ${line}`),
    })
    closers.push(site.stop)
    await site.start()
    sites.push(site)
  }
  return sites
}

async function killOne(
  [replica]: readonly Replica[],
  afterMs: number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  await pause(systemClock, afterMs, signal)
  if (replica === undefined || signal.aborted) return
  say(`> kills the first replica of the hub (process ${replica.pid}): collectors and page go on with the other one`)
  await replica.kill()
}

/** What is on its way still is waited for. */
async function judgeAll(
  page: Door,
  sites: readonly Site[],
  results: readonly ScenarioResult[],
  signal: AbortSignal,
): Promise<SiteVerdict[]> {
  const began = systemClock.monotonic()
  for (;;) {
    const verdicts: SiteVerdict[] = []
    for (const [index, site] of sites.entries()) {
      const atHub: AtHub = await askHub(page.url, site.cluster)
      const result = results[index]
      if (result !== undefined) verdicts.push(judgeSite(site, site.incidents(), result, atHub, systemClock.now()))
    }
    const isOver = systemClock.monotonic() - began > CATCH_UP_MS
    if (isOver || verdicts.every(({ wrong }) => wrong.length === 0)) return verdicts
    await pause(systemClock, LOOK_MS, signal)
  }
}

function noPostgres(why: string, cause?: unknown): PortolanError {
  return new PortolanError(
    'tool_missing',
    `the demo of a fleet needs PostgreSQL: ${why}`,
    'set PORTOLAN_POSTGRES_BIN to the folder of initdb and postgres, e.g. /usr/lib/postgresql/17/bin; or see one cluster: portolan demo',
    cause,
  )
}
