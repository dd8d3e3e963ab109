import { expect, test } from '@jest/globals'
import type { Change } from '@portolan/core'
import { createDatabase } from '../../../src/store/postgres/database.ts'
import { createFleetReader, type FleetReader } from '../../../src/store/postgres/fleet.ts'
import { readDatabasePlace } from '../../../src/store/postgres/place.ts'
import { openStore } from '../../../src/store/open.ts'
import type { Store } from '../../../src/store/store.ts'
import { epoch, fact, gap, incident, placementChange, stateChange, T0 } from '../examples.ts'
import { ask, describePostgres } from './postgres.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CLUSTERS = Array.from({ length: 20 }, (_, n) => `cluster-${n}`)
const HOURS = 90 * 24
const WITH_ALL = { factsMs: 1e12, historyMs: 1e12, bytes: 1e12 }

/** Three months of 20 clusters, and ten days of facts. */
async function fill(store: Store): Promise<void> {
  for (let day = 0; day < HOURS / 24; day += 1) {
    const at = T0 + day * DAY
    const changes = CLUSTERS.flatMap((cluster, n): Change[] => {
      const target = `host:${30_000 + (day % 10)}`
      const event = { type: 'cluster.event', event: 'node_cordoned', node: 'a', text: 'cordoned' } as const
      const states = Array.from({ length: 10 }, (_, k) => stateChange(at + k * 1000 + n, target, cluster))
      return [
        ...states,
        { ...placementChange(at + n, [target, 'host:1']), cluster },
        { ...gap(at + n), cluster },
        { ...event, at, cluster },
      ]
    })
    const many = CLUSTERS.flatMap((cluster) => [0, 1, 2].map((n) => ({ cluster, n })))
    const target = `host:${30_000 + (day % 10)}`
    await store.write({
      changes,
      facts:
        day < 10
          ? Array.from({ length: 1000 }, (_, n) => fact(n, { receivedAt: at + n, cluster: CLUSTERS[n % 20] ?? '' }))
          : [],
      incidents: many.map(({ cluster, n }) =>
        incident(`${day}-${n}`, { cluster, target, openedAt: at + n, closedAt: day === 89 ? null : at + n + HOUR }),
      ),
      epochs: many.map(({ cluster, n }) =>
        epoch(`${day}-${n}`, { cluster, target, startedAt: at + n, endedAt: day === 89 ? null : at + n + HOUR }),
      ),
      awake: { at, clusters: CLUSTERS },
    })
  }
}

const now = T0 + HOURS * HOUR
const recent = { from: now - DAY, to: now }
const one = { cluster: 'cluster-3' }
const names = [0, 1, 2].map((n) => ({ ...one, target: `host:3000${n}` }))

const QUESTIONS: [string, (store: Store) => Promise<unknown>][] = [
  ['facts of a time', (store) => store.facts({ ...recent, limit: 1000 })],
  ['facts after one', (store) => store.facts({ after: 500, limit: 1000 })],
  ['facts of a cluster', (store) => store.facts({ ...one, from: T0, to: T0 + DAY, limit: 1000 })],
  ['the timeline of a time', (store) => store.timeline({ ...recent, limit: 1000 })],
  ['the timeline after an entry', (store) => store.timeline({ after: 20_000, limit: 500 })],
  ['the timeline of a cluster', (store) => store.timeline({ ...one, ...recent, limit: 1000 })],
  ['the timeline of targets', (store) => store.timeline({ ...recent, targets: ['host:30001', 'host:1'], limit: 1000 })],
  ['all of the timeline of targets', (store) => store.timeline({ targets: ['host:30001', 'host:1'], limit: 1000 })],
  ['the targets of a time', (store) => store.targets(recent)],
  ['the targets of a cluster', (store) => store.targets({ ...one, ...recent })],
  ['lanes of a day', (store) => store.histories({ targets: names, ...recent })],
  ['lanes of three months', (store) => store.histories({ targets: names, from: T0, to: now })],
  ['events', (store) => store.events({ ...recent, limit: 1000 })],
  ['events of a cluster', (store) => store.events({ ...one, ...recent, limit: 1000 })],
  ['incidents', (store) => store.incidents({ limit: 100 })],
  ['incidents of a time', (store) => store.incidents({ ...recent, limit: 1000 })],
  ['open incidents', (store) => store.incidents({ state: 'open', limit: 1000 })],
  ['incidents of a cluster', (store) => store.incidents({ ...one, ...recent, limit: 1000 })],
  ['open incidents of a cluster', (store) => store.incidents({ ...one, state: 'open', limit: 1000 })],
  ['an incident by its id', (store) => store.incidents({ id: '5-1', limit: 1 })],
  ['epochs', (store) => store.epochs({ limit: 100 })],
  ['epochs of a target', (store) => store.epochs({ target: 'host:30001', limit: 100 })],
  ['epochs of a cluster', (store) => store.epochs({ ...one, ...recent, limit: 1000 })],
  ['what a collector reads at its start', (store) => store.epochs({ ...one, from: now - 1000, limit: 10_000 })],
  ['retention', (store) => store.prune(now)],
]

/** Of the page of a fleet. */
const OF_FLEET: [string, (fleet: FleetReader) => Promise<unknown>][] = [
  ['open incidents of the fleet', (fleet) => fleet.openIncidents()],
  ['open incidents of one cluster of it', (fleet) => fleet.openIncidents(one.cluster)],
  ['outages of half a day', (fleet) => fleet.outages(now - DAY / 2)],
  ['causes of a day', (fleet) => fleet.causes({ ...recent, heardSince: now })],
]

/** Tables that hold as many rows as there are clusters, streams and notes that people wrote, and the server's own. */
const SMALL = /^(clusters|streams|notes|pages|writer|pg_\w+)\b/

/** What the server says of each statement, from its extension auto_explain. */
let log: string[] = []
let seen: { text: string; done(): void } | null = null

function onLog(line: string): void {
  log.push(line)
  if (seen !== null && line.includes(seen.text)) seen.done()
}

/** What the server wrote until a statement that comes after all others. */
async function logUntil(url: string, text: string): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<void>()
  seen = { text, done: resolve }
  await ask(url, `SELECT '${text}'`)
  await promise
  const lines = log
  log = []
  return lines
}

describePostgres(
  'no question reads a table from its beginning to its end',
  (postgres) => {
    test('of those that the page, the API, a start and the retention ask', async () => {
      const url = await postgres.newDatabase()
      const store = await openStore(url, WITH_ALL)
      const database = createDatabase(readDatabasePlace(url), { connections: 1, statementMs: 20_000 })
      const fleet = createFleetReader(database, () => {}, 32 * 1024 * 1024)
      try {
        await fill(store)
        await ask(url, 'ANALYZE')
        const scans: string[] = []
        const asked = [
          ...QUESTIONS.map(([name, question]) => [name, () => question(store)] as const),
          ...OF_FLEET.map(([name, question]) => [name, () => question(fleet)] as const),
        ]
        for (const [name, question] of asked) {
          await logUntil(url, `before ${name}`)
          await question()
          const lines = await logUntil(url, `after ${name}`)
          expect(lines.filter((line) => line.includes('Query Text:')).length).toBeGreaterThan(1)
          const scanned = lines.flatMap((line) => /Seq Scan on (\S+)/.exec(line)?.[1] ?? [])
          for (const table of new Set(scanned)) if (!SMALL.test(table)) scans.push(`${name}: ${table}`)
        }
        expect(scans).toEqual([])
      } finally {
        await database.close()
        store.close()
      }
    })
  },
  {
    settings: { session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': '0' },
    onLog,
  },
)
