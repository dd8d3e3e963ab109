import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import type { Assignment, Clock, Observation } from '@portolan/core'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { type App, systemClock } from '@portolan/runtime'
import type { Announcement } from '../src/announcer.ts'
import { createHostService, sourceName } from '../src/host-service.ts'
import {
  type ApiWithCollector,
  kubeconfigOf,
  silentLog,
  startApiWithCollector,
  type StoredFact,
} from '@portolan/testing'

/** The time between two looks whether Portolan was installed; it passes when the test says so. */
const LONG_MS = 30_000

const HOUR_MS = 60 * 60_000
const certificate = await makeCertificate(
  'portolan-collector.portolan.svc',
  new Date(Date.now() - HOUR_MS),
  new Date(Date.now() + HOUR_MS),
)

let folder: string
let practice: PracticeCluster
let api: ApiWithCollector<Observation>
let apis: ApiWithCollector<Observation>[]
let port: Server
let requests: number
let service: App
let said: Announcement[]
let looking: Set<() => void>
let waiting: Set<() => void>

const clock: Clock = {
  ...systemClock,
  after(ms, run) {
    if (ms !== LONG_MS) return systemClock.after(ms, run)
    waiting.add(run)
    return () => void waiting.delete(run)
  },
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prober-'))
  said = []
  looking = new Set()
  waiting = new Set()
  requests = 0
  port = createServer((_, response) => {
    requests += 1
    response.end('ahoy')
  }).listen(0, '127.0.0.1')
  await once(port, 'listening')
  practice = await startPractice('pond')
  api = await startApiWithCollector<Observation>(certificate)
  apis = [api]
  leadTo(api)
})
afterEach(async () => {
  await service.stop()
  await practice.stop()
  port.closeAllConnections()
  port.close()
  for (const one of apis) await one.down()
  rmSync(folder, { recursive: true, force: true })
})

async function startPractice(name: string): Promise<PracticeCluster> {
  const nodes = [{ role: 'control-plane' as const }, { role: 'worker' as const }]
  const cluster = createPracticeCluster({ name, nodes, folder, clock: systemClock, random: Math.random })
  await cluster.start()
  return cluster
}

function leadTo(server: ApiWithCollector<Observation>): void {
  writeFileSync(join(folder, 'admin'), kubeconfigOf('pond', server.url))
}

async function anotherApi(): Promise<ApiWithCollector<Observation>> {
  const other = await startApiWithCollector<Observation>(certificate)
  apis.push(other)
  return other
}

function create(only: string[] = []): App {
  return createHostService({
    env: { DOCKER_HOST: `unix://${practice.engineSocket}`, KIND_EXPERIMENTAL_PROVIDER: 'docker' },
    clock,
    log: silentLog,
    announce(announcement) {
      said.push(announcement)
      for (const look of looking) look()
    },
    only,
    kubeconfig: join(folder, 'admin'),
    namespace: 'portolan',
    service: 'portolan-collector',
    tls: true,
    state: join(folder, 'state'),
    listen: null,
  })
}

async function start(): Promise<void> {
  service = create()
  await service.start()
}

/** The first thing said that fits, from now or from `since` (an index) on. */
function told(words: string | RegExp, since = 0): Promise<Announcement> {
  const { promise, resolve } = Promise.withResolvers<Announcement>()
  const look = () => {
    const found = said.slice(since).find(({ text }) => (words instanceof RegExp ? words.test(text) : text === words))
    if (found !== undefined) resolve(found)
  }
  looking.add(look)
  look()
  return promise.finally(() => looking.delete(look))
}

function assignment(): Assignment {
  const number = (port.address() as AddressInfo).port
  const target = `host:${number}`
  const plan = {
    id: `${target}@host/loopback4`,
    target,
    vantage: 'host/loopback4' as const,
    address: '127.0.0.1',
    port: number,
    speech: { protocol: 'http' as const, why: 'the test says so', identity: target },
    intervalMs: 200,
    timeoutMs: 1000,
  }
  return { plans: [plan], peers: [] }
}

const isKind = (kind: Observation['kind']) => (fact: StoredFact<Observation>) => fact.observed.kind === kind

/** Of the streams that are not told anew: each fact is there once, and none is missing. */
function expectEachOnce(server: ApiWithCollector<Observation>): void {
  const streams = Map.groupBy(
    server.stored.filter(({ boot }) => !boot.endsWith('~standing')),
    ({ boot }) => boot,
  )
  for (const facts of streams.values()) {
    expect(facts.map(({ sequence }) => sequence)).toEqual(facts.map((_, index) => index + 1))
  }
}

/** A probe that was under way at a stop is not told. */
function expectAllTold(stops: number): void {
  const told = api.stored.reduce((sum, { observed }) => {
    if (observed.kind !== 'outcome' || observed.outcome.symptom !== 'ok') return sum
    return sum + (observed.outcome.run?.count ?? 1)
  }, 0)
  expect(told).toBeLessThanOrEqual(requests)
  expect(told).toBeGreaterThanOrEqual(requests - stops)
}

describe('the link to a collector', () => {
  test('tells it how things stand, and what its ports do', async () => {
    api.assign(assignment())
    await start()
    await api.until(isKind('outcome'))
    expect(await told('connected to its collector')).toEqual({
      text: 'connected to its collector',
      cluster: 'pond',
      isTrouble: false,
    })
    for (const kind of ['vantages', 'engine', 'containers'] as const) await api.until(isKind(kind))
    expect(new Set(api.stored.map(({ source }) => source.split('/')[0]))).toEqual(new Set(['prober']))
  })

  test('does what it is told later', async () => {
    await start()
    await told('connected to its collector')
    api.assign(assignment())
    await api.until(isKind('outcome'))
  })

  test('loses nothing and doubles nothing while the API server is away and receipts get lost', async () => {
    api.assign(assignment())
    await start()
    await api.until(isKind('outcome'))
    await api.down()
    await told(/connection refused|connection closed/)
    const before = requests
    await until(() => requests > before + 5)
    await api.up()
    await told(/^connected to its collector, after/)
    api.loseReceipts(true)
    const sent = api.batches.length
    await until(() => api.batches.length > sent + 1)
    api.loseReceipts(false)
    const known = api.stored.length
    await until(() => api.stored.length > known + 2)
    await service.stop()
    expectEachOnce(api)
    expectAllTold(1)
    expect(new Set(api.batches).size).toBeLessThan(api.batches.length)
  }, 60_000)

  test('says what is wrong in the words of the API server, once', async () => {
    api.refuse({ code: 503, message: 'etcdserver: request timed out' })
    await start()
    const { hint, isTrouble } = await told(/etcdserver: request timed out/)
    expect({ hint, isTrouble }).toMatchObject({ hint: expect.stringContaining('/readyz'), isTrouble: true })
    api.refuse({ code: 403, message: 'User "jane" cannot list resource "endpointslices"' })
    await told(/User "jane" cannot list resource "endpointslices"/)
    api.refuse(null)
    await told(/^connected/)
    expect(said.filter(({ text }) => text.includes('etcdserver'))).toHaveLength(1)
  }, 30_000)
})

describe('a cluster without Portolan', () => {
  test('is not probed, is told how to install it, and is looked at again', async () => {
    api.uninstall()
    api.assign(assignment())
    await start()
    const { hint, text } = await told(/^Portolan of this version is not installed in it/)
    expect(text).toContain('serviceaccounts "portolan-prober" not found')
    expect(hint).toBe('portolan install --cluster=pond')
    for (let times = 0; times < 2; times += 1) {
      await until(() => waiting.size > 0)
      passLong()
    }
    expect(said).toHaveLength(1)
    expect(requests).toBe(0)
    await until(() => waiting.size > 0)
    api.install()
    passLong()
    await api.until(isKind('outcome'))
  })
})

describe('a cluster that is created again under its name', () => {
  test('is noticed by its kubeconfig; what waits for the old collector is dropped', async () => {
    api.assign(assignment())
    await start()
    const { boot } = await api.until((fact) => isKind('outcome')(fact) && !fact.boot.endsWith('~standing'))
    await api.down()
    await told(/connection refused|connection closed/)
    const other = await anotherApi()
    other.assign(assignment())
    leadTo(other)
    await told(/^another cluster has taken this name/)
    await other.until(isKind('outcome'))
    expect(other.stored.some((fact) => fact.boot === boot)).toBe(false)
    expectEachOnce(other)
    for (const kind of ['vantages', 'engine', 'containers'] as const) await other.until(isKind(kind))
    const spools = join(folder, 'state', 'prober', 'spools')
    const [pond = '', ...others] = readdirSync(spools)
    expect(others).toEqual([])
    expect(readdirSync(join(spools, pond))).toHaveLength(1)
  }, 30_000)

  test('is noticed by the container engine', async () => {
    await start()
    await told('connected to its collector')
    await api.down()
    await told(/connection refused|connection closed/)
    await practice.stop()
    await told(/^the container engine does not answer/)
    practice = await startPractice('lake')
    await told('the container engine answers again')
    await told(/^the cluster is gone/)
    await told(/There is no context kind-lake/)
    await practice.stop()
    expect(said.findLast(({ cluster }) => cluster === 'pond')?.text).toMatch(/^the cluster is gone/)
    await api.up()
    const since = said.length
    practice = await startPractice('pond')
    await told(/^the cluster is gone/, since)
    await told(/^connected to its collector/, since)
  }, 30_000)

  test('while no prober ran is no addressee of what was kept', async () => {
    api.assign(assignment())
    await start()
    await api.until(isKind('outcome'))
    await api.down()
    await told(/connection refused|connection closed/)
    await service.stop()
    const other = await anotherApi()
    leadTo(other)
    await start()
    await told('another cluster had this name before: the results kept for its collector are dropped')
    await told(/^connected/)
  }, 30_000)
})

describe('a prober that is started again', () => {
  /** As a Portolan kept it that named the folder of a cluster after the cluster. */
  function renameAsBefore(): void {
    const spools = join(folder, 'state', 'prober', 'spools')
    for (const name of readdirSync(spools)) renameSync(join(spools, name), join(spools, 'pond'))
  }

  test.each([
    ['it', () => {}],
    ['an earlier Portolan', renameAsBefore],
  ])(
    'goes on as it was told before, and sends what %s kept, though the collector is away',
    async (_, meanwhile) => {
      api.assign(assignment())
      await start()
      await api.until(isKind('outcome'))
      await api.down()
      await told(/connection refused|connection closed/)
      await service.stop()
      meanwhile()
      const before = requests
      await start()
      await until(() => requests > before + 2)
      await api.up()
      const known = api.stored.length
      await until(() => new Set(api.stored.map(({ boot }) => boot.replace('~standing', ''))).size === 2)
      await until(() => api.stored.length > known + 2)
      await service.stop()
      expectEachOnce(api)
      expectAllTold(2)
    },
    30_000,
  )

  test('beside another one that runs is refused', async () => {
    await start()
    await expect(create().start()).rejects.toThrow(
      expect.objectContaining({ code: 'store_unusable', message: expect.stringContaining('another prober runs') }),
    )
  })
})

describe('a container whose cluster label is a path', () => {
  const LABEL = '../../../documents'

  test('comes and goes without a folder being removed, and is reported once', async () => {
    mkdirSync(join(folder, 'documents'))
    writeFileSync(join(folder, 'documents', 'letter'), 'dear')
    await practice.stop()
    practice = await startPractice(LABEL)
    await start()
    const { isTrouble } = await told(/is labelled as a node of cluster "\.\.\/\.\.\/\.\.\/documents"/)
    expect(isTrouble).toBe(true)
    await practice.stop()
    practice = await startPractice('lake')
    await told(/There is no context kind-lake/)
    await practice.stop()
    await told(/^the container engine does not answer/)
    const since = said.length
    practice = await startPractice(LABEL)
    await told(/^the cluster is gone/, since)
    expect(readdirSync(join(folder, 'documents'))).toEqual(['letter'])
    expect(said.filter(({ text }) => text.includes(LABEL))).toHaveLength(1)
  }, 30_000)
})

test('what waits for clusters that are gone is dropped, whatever its folder is called, and that is said once', async () => {
  const spools = join(folder, 'state', 'prober', 'spools')
  for (const name of ['lake', '0123456789abcdef', 'Not a name']) mkdirSync(join(spools, name, 'a'), { recursive: true })
  await start()
  await told('connected to its collector')
  expect(readdirSync(spools)).toHaveLength(1)
  expect(said.filter(({ text }) => text.includes('dropped'))).toEqual([
    { text: 'the results kept for the collector of 3 clusters that are gone are dropped', isTrouble: false },
  ])
})

test('a cluster that is asked for and not there is waited for', async () => {
  service = create(['lagoon'])
  await service.start()
  expect(said).toEqual([expect.objectContaining({ cluster: 'lagoon', text: expect.stringContaining('no cluster') })])
})

test.each([
  ['laptop.example.org', 'laptop.example.org'],
  ["Jane's Mac (2)", 'Jane-s-Mac--2-'],
  ['', 'host'],
])('the host %p speaks as prober/%s', (host, expected) => expect(sourceName(host)).toBe(expected))

/** Half a minute passes. */
function passLong(): void {
  const due = waiting
  waiting = new Set()
  for (const run of due) run()
}

/** Looks again and again, as there is nobody who would say so. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
