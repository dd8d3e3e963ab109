import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { RESOURCES } from '@portolan/core'
import type { Observation, Resource } from '@portolan/core'
import { silentLog } from '@portolan/testing'
import { createKubeWatch, findCluster } from '../src/index.ts'
import type { KubeWatch, RestartReason } from '../src/index.ts'
import { createApiServer } from './api-server.ts'
import type { ApiObject, ApiServer } from './api-server.ts'
import { createRecorder } from './recorder.ts'
import { createTestClock } from './test-clock.ts'

const COMPARE_EVERY = 300_000
const SILENCE = 40_000

let api: ApiServer
let folder: string
let watch: KubeWatch
let recorder: ReturnType<typeof createRecorder>
let time: ReturnType<typeof createTestClock>
let restarts: RestartReason[]
let missed: [Resource, number][]
let heard: Set<Resource>

beforeEach(async () => {
  api = await createApiServer()
  folder = mkdtempSync(join(tmpdir(), 'kube-'))
  recorder = createRecorder()
  time = createTestClock()
  restarts = []
  missed = []
  heard = new Set()
})

afterEach(async () => {
  await watch.stop()
  await api.down()
  rmSync(folder, { recursive: true })
})

function writeKubeconfig(token = 'first'): void {
  writeFileSync(
    join(folder, 'config'),
    JSON.stringify({
      contexts: [{ name: 'kind-sea', context: { cluster: 'sea', user: 'sailor' } }],
      clusters: [{ name: 'sea', cluster: { server: api.url(), 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'sailor', user: { token } }],
    }),
  )
}

function start(): void {
  writeKubeconfig()
  watch = createKubeWatch({
    access: findCluster({ cluster: 'sea', env: { KUBECONFIG: join(folder, 'config') } }),
    clock: time.clock,
    log: silentLog,
    onObservation: (observation) => recorder.record(observation),
    onHeard: (resource) => heard.add(resource),
    onRestart: (_, reason) => restarts.push(reason),
    onMissed: (resource, count) => missed.push([resource, count]),
    compareEveryMs: COMPARE_EVERY,
    random: () => 0,
  })
  watch.start()
}

async function startAndConnect(): Promise<void> {
  start()
  await Promise.all(RESOURCES.map((resource) => recorder.until(is('connected', resource))))
}

/** The pods' watch has said something. */
async function startAndHear(): Promise<void> {
  await startAndConnect()
  api.add('pods', pod('first'))
  await recorder.until(tells('set', 'first'))
}

const is =
  (status: 'connected' | 'lost', resource: Resource) =>
  (said: Observation): boolean =>
    said.kind === 'watch' && said.status === status && said.resource === resource

const isListed =
  (resource: Resource) =>
  (said: Observation): boolean =>
    said.kind === 'listed' && said.resource === resource

const tells =
  (change: 'set' | 'deleted', name: string) =>
  (said: Observation): boolean =>
    said.kind === 'object' && said.change === change && said.object.name === name

const isGap = (said: Observation): boolean => said.kind === 'gap'

function said(fits: (observation: Observation) => boolean): Observation[] {
  return recorder.said.filter(fits)
}

function pod(name: string, uid = `uid-${name}`): ApiObject {
  return { metadata: { name, namespace: 'shop', uid } }
}

describe('at the start', () => {
  test('every resource is listed, and then watched from there', async () => {
    api.add('pods', pod('traefik'))
    await startAndConnect()
    for (const resource of RESOURCES) expect(said(isListed(resource))).toHaveLength(1)
    expect(said(isListed('pods'))[0]).toMatchObject({ objects: [{ kind: 'Pod', namespace: 'shop', name: 'traefik' }] })
    expect(heard).toEqual(new Set(RESOURCES))
    const [, watched] = api.requests.filter(({ resource }) => resource === 'pods')
    expect(Object.fromEntries(watched?.query ?? [])).toEqual({
      watch: 'true',
      resourceVersion: '101',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '30',
    })
  })

  test('events that Portolan wrote itself are left out', async () => {
    await startAndConnect()
    const asked = api.requests.filter(({ resource }) => resource === 'events')
    expect(asked.map(({ query }) => query.get('fieldSelector'))).toEqual(
      asked.map(() => 'reportingComponent!=portolan.dev/collector'),
    )
  })

  test('a long list comes in pages', async () => {
    api.pages(2)
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.add('pods', pod(name))
    await startAndConnect()
    const [listed] = said(isListed('pods'))
    expect(listed).toMatchObject({ objects: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })) })
  })

  test('a list that grew too old between its pages is begun again', async () => {
    api.pages(2)
    api.expireNextPage()
    for (const name of ['a', 'b', 'c']) api.add('pods', pod(name))
    await startAndConnect()
    expect(said(isListed('pods'))).toMatchObject([{ objects: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }])
  })

  test('an API server that is down is lost once, and is no gap when it comes up', async () => {
    await api.down()
    start()
    const lost = await recorder.until(is('lost', 'pods'))
    expect(lost).toMatchObject({ reason: `connection refused at ${api.url()}` })
    await api.up()
    await recorder.until(is('connected', 'pods'))
    expect(said(is('lost', 'pods'))).toHaveLength(1)
    expect(said(isGap)).toEqual([])
  })
})

describe('a change', () => {
  test('is told as it happens', async () => {
    await startAndConnect()
    api.add('pods', pod('a'))
    await recorder.until(tells('set', 'a'))
    api.remove('pods', pod('a'))
    await recorder.until(tells('deleted', 'a'))
  })

  test('of the name only keeps the UIDs apart', async () => {
    api.add('pods', pod('web-0', 'old'))
    await startAndConnect()
    api.remove('pods', pod('web-0', 'old'))
    api.add('pods', pod('web-0', 'new'))
    await recorder.until(tells('set', 'web-0'))
    const told = said((one) => one.kind === 'object')
    expect(told).toMatchObject([
      { change: 'deleted', object: { uid: 'old' } },
      { change: 'set', object: { uid: 'new' } },
    ])
  })
})

describe('a watch that ends', () => {
  test('by the server is taken up from its last bookmark, without a word', async () => {
    await startAndConnect()
    api.add('nodes', { metadata: { name: 'n', uid: 'n' } })
    api.bookmark('pods')
    const bookmark = api.version()
    api.endWatches('pods')
    api.add('pods', pod('a'))
    await recorder.until(tells('set', 'a'))
    expect(api.requests.at(-1)?.query.get('resourceVersion')).toBe(bookmark)
    expect(said(isListed('pods'))).toHaveLength(1)
    expect(said(is('lost', 'pods'))).toEqual([])
    expect(restarts).toEqual([])
  })

  test('by a broken connection misses nothing and is no outage', async () => {
    await startAndHear()
    api.dropWatches('pods')
    api.add('pods', pod('b'))
    await recorder.until(tells('set', 'b'))
    expect(said(is('lost', 'pods'))).toEqual([])
    expect(said(isGap)).toEqual([])
    expect(restarts).toEqual(['dropped'])
  })

  test('because its version is too old reads the list anew, and is a gap when something was missed', async () => {
    await startAndHear()
    api.addUnsaid('pods', pod('unseen'))
    api.expireWatches('pods')
    const gap = await recorder.until(isGap)
    expect(gap).toMatchObject({ scope: 'kube', reason: expect.stringContaining('too old') })
    expect(said(isListed('pods'))[1]).toMatchObject({ objects: [{ name: 'first' }, { name: 'unseen' }] })
    expect(restarts).toEqual(['expired'])
  })

  test('because its version is too old is no gap when nothing was missed', async () => {
    await startAndHear()
    api.expireWatches('pods')
    await recorder.until((one) => isListed('pods')(one) && said(isListed('pods')).length === 2)
    api.add('pods', pod('b'))
    await recorder.until(tells('set', 'b'))
    expect(said(isGap)).toEqual([])
    expect(said(is('lost', 'pods'))).toEqual([])
  })
})

describe('an API server that goes away', () => {
  test('is lost once for each resource, and what happened is replayed when it is back', async () => {
    await startAndConnect()
    await api.down()
    await Promise.all(RESOURCES.map((resource) => recorder.until(is('lost', resource))))
    api.add('pods', pod('meanwhile'))
    const before = recorder.said.length
    await api.up()
    await recorder.until(tells('set', 'meanwhile'))
    await Promise.all(RESOURCES.map((resource) => recorder.until(is('connected', resource), before)))
    for (const resource of RESOURCES) expect(said(is('lost', resource))).toHaveLength(1)
    expect(said(isGap)).toEqual([])
  })

  test('and has no history when it is back is one gap, from when it went', async () => {
    await startAndConnect()
    const wentAt = time.clock.now()
    await api.down()
    await Promise.all(RESOURCES.map((resource) => recorder.until(is('lost', resource))))
    api.add('pods', pod('a'))
    api.add('nodes', { metadata: { name: 'n', uid: 'n' } })
    api.forgetHistory()
    await api.up()
    const gap = await recorder.until(isGap)
    expect(gap).toMatchObject({ reason: expect.stringContaining(`connection closed at ${api.url()}`) })
    expect(gap).toMatchObject({ from: wentAt })
    expect(said(isGap)).toHaveLength(1)
  })

  test('and answers no more is lost when nothing was heard for longer than a watch may last', async () => {
    await startAndHear()
    const lastWord = time.clock.now()
    api.hang()
    time.pass(SILENCE)
    const lost = await recorder.until(is('lost', 'pods'))
    expect(lost).toMatchObject({ reason: `no answer for 40 s at ${api.url()}` })
    api.add('pods', pod('unheard'))
    api.forgetHistory()
    api.recover()
    api.dropConnections()
    const gap = await recorder.until(isGap)
    expect(gap).toMatchObject({ from: lastWord, reason: expect.stringContaining('no answer for 40 s') })
  })

  test('and is another one under the same name, with a history of its own, is listed anew', async () => {
    await startAndHear()
    const old = api
    api = await createApiServer()
    writeKubeconfig()
    await old.down()
    const gap = await recorder.until(isGap)
    expect(said(isListed('pods'))).toMatchObject([{}, { objects: [] }])
    expect(gap).toMatchObject({ reason: expect.stringContaining(`connection closed at ${old.url()}`) })
  })

  test('and comes up on another port is found through the kubeconfig', async () => {
    await startAndConnect()
    await api.moveToAnotherPort()
    await recorder.until(is('lost', 'pods'))
    const before = recorder.said.length
    writeKubeconfig()
    const connected = await recorder.until(is('connected', 'pods'), before)
    expect(connected).toMatchObject({ reason: `connected to ${api.url()}` })
  })
})

describe('credentials', () => {
  test('that changed in the file are taken from there, and nothing is lost', async () => {
    await startAndHear()
    api.acceptToken('second')
    writeKubeconfig('second')
    api.dropWatches('pods')
    api.add('pods', pod('a'))
    await recorder.until(tells('set', 'a'))
    expect(said(is('lost', 'pods'))).toEqual([])
  })

  test('that are refused are lost until the file has new ones', async () => {
    await startAndHear()
    api.acceptToken('second')
    api.dropWatches('pods')
    const lost = await recorder.until(is('lost', 'pods'))
    expect(lost).toMatchObject({ reason: `credentials not accepted at ${api.url()}` })
    const before = recorder.said.length
    writeKubeconfig('second')
    await recorder.until(is('connected', 'pods'), before)
    expect(restarts).toContain('unauthorized')
  })

  test('without permission for one resource leave the others alone', async () => {
    api.forbid('events')
    start()
    const lost = await recorder.until(is('lost', 'events'))
    expect(lost).toMatchObject({ reason: `no permission to list and watch events at ${api.url()}` })
    await Promise.all(
      RESOURCES.filter((resource) => resource !== 'events').map((resource) =>
        recorder.until(is('connected', resource)),
      ),
    )
    api.add('pods', pod('a'))
    await recorder.until(tells('set', 'a'))
    api.permit('events')
    time.pass(60_000)
    await recorder.until(is('connected', 'events'))
    expect(said(is('lost', 'events'))).toHaveLength(1)
  })
})

test('a resource that is forbidden for good does not hold back the gap of the others', async () => {
  await startAndConnect()
  await api.down()
  await Promise.all(RESOURCES.map((resource) => recorder.until(is('lost', resource))))
  api.forbid('events')
  api.add('pods', pod('a'))
  api.forgetHistory()
  await api.up()
  expect(await recorder.until(isGap)).toMatchObject({ scope: 'kube' })
  expect(said(is('connected', 'events'))).toHaveLength(1)
})

describe('of a kind that the cluster does not have', () => {
  test('there are none, also for one who may list nothing, and no watch is lost', async () => {
    for (const resource of ['gateways', 'gatewayclasses', 'httproutes'] as const) {
      api.undefine(resource)
      api.forbid(resource)
    }
    await startAndConnect()
    expect(said(isListed('httproutes'))).toMatchObject([{ objects: [] }])
    expect(said(is('lost', 'httproutes'))).toEqual([])
    expect(api.requests.some(({ resource }) => resource === 'httproutes')).toBe(false)
  })

  test('it is listed once it is there, and gone when it is', async () => {
    api.undefine('ingressroutes')
    await startAndConnect()
    api.define('ingressroutes')
    api.add('ingressroutes', {
      metadata: { name: 'shop', namespace: 'shop', uid: 'u' },
      spec: { routes: [] },
    } as ApiObject)
    time.pass(20_000)
    await recorder.until((one) => isListed('ingressroutes')(one) && one.kind === 'listed' && one.objects.length === 1)
    api.undefine('ingressroutes')
    api.forgetHistory()
    const before = recorder.said.length
    api.expireWatches('ingressroutes')
    await recorder.until(isListed('ingressroutes'), before)
    expect(said(isListed('ingressroutes')).at(-1)).toMatchObject({ objects: [] })
  })
})

test('a watch that ends at once every time is lost, not tried in a tight loop', async () => {
  api.endEveryWatchOf('pods')
  start()
  const lost = await recorder.until(is('lost', 'pods'))
  expect(lost).toMatchObject({ reason: `watch ended at once at ${api.url()}` })
})

test('a consumer that throws breaks nothing', async () => {
  await startAndConnect()
  recorder.throwOnce()
  api.add('pods', pod('a'))
  api.add('pods', pod('b'))
  await recorder.until(tells('set', 'b'))
  expect(restarts).toEqual([])
})

describe('comparing with the list', () => {
  test('makes up for what the watch had missed, and says how much that was', async () => {
    api.add('pods', pod('gone'))
    await startAndConnect()
    api.addUnsaid('pods', pod('unseen'))
    api.removeUnsaid('pods', pod('gone'))
    api.bookmark('pods')
    api.add('services', { metadata: { name: 'any', namespace: 'shop', uid: 'any' } })
    await recorder.until(tells('set', 'any'))
    time.pass(COMPARE_EVERY / 2)
    await recorder.until(tells('set', 'unseen'))
    await recorder.until(tells('deleted', 'gone'))
    expect(missed).toEqual([['pods', 2]])
  })
})

test('stop ends hanging requests at once, and nothing is said afterwards', async () => {
  await startAndConnect()
  api.hang()
  const before = recorder.said.length
  await watch.stop()
  expect(recorder.said.slice(before)).toEqual([])
})

/** How often the pods' watch tried since it was lost. */
const triesOf = (reason: RestartReason) => restarts.filter((one) => one === reason).length

async function untilTried(reason: RestartReason, times: number): Promise<void> {
  while (triesOf(reason) < times) await new Promise((resolve) => setImmediate(resolve))
}

describe('an API server that has a bad day', () => {
  const NAMED = JSON.stringify({ metadata: { resourceVersion: '900' }, items: [{ metadata: { name: '' } }] })

  test.each([
    ['503 in words', 503, 'etcd is away', 'answer 503 at'],
    ['500 as a Status', 500, JSON.stringify({ kind: 'Status', code: 500, message: 'no leader' }), 'no leader'],
    ['a Status that is none', 500, JSON.stringify({ kind: 'Status', code: {}, message: 7 }), 'answer 500 at'],
    ['the page of a proxy', 502, '<html>', 'answer 502 at'],
    ['null as a list', 200, 'null', 'a list of pods that is none at'],
    ['a list without a version', 200, '{"metadata":{},"items":[]}', 'metadata.resourceVersion'],
    ['a list without items', 200, '{"metadata":{"resourceVersion":"900"}}', 'items'],
    ['items that are none', 200, '{"metadata":{"resourceVersion":"900"},"items":"all"}', 'items'],
    ['a null among the items', 200, '{"metadata":{"resourceVersion":"900"},"items":[null]}', 'items.0'],
    ['a pod without a name', 200, NAMED, 'items.0.metadata.name'],
    ['a failure with a status of success', 200, '{"kind":"Status","status":"Failure"}', 'metadata'],
    ['half a list', 200, '{"metadata":{"resourceVersion":"900"},"items":[{"meta', 'is not JSON at'],
    [
      'a pod that cannot be read',
      200,
      '{"metadata":{"resourceVersion":"900"},"items":[{"metadata":{"name":"web","namespace":"shop"},"spec":{"containers":7}}]}',
      'pods shop/web cannot be read',
    ],
  ])('and answers %s: it says so once, and finds everything again after it', async (_, status, body, reason) => {
    await startAndHear()
    // A watch that is answered by a success goes on: only the list is bad then, and asked for.
    const toWatch = status === 200 ? { status: 410, body: '' } : { status, body }
    api.answerBadly((resource, isWatch) => (resource !== 'pods' ? null : isWatch ? toWatch : { status, body }))
    api.dropWatches('pods')
    const lost = await recorder.until(is('lost', 'pods'))
    expect(lost).toMatchObject({ reason: expect.stringContaining(reason) })
    await untilTried('rejected', 100)
    api.add('pods', pod('second'))
    api.remove('pods', pod('first'))
    const before = recorder.said.length
    api.answerWell()
    await recorder.until(is('connected', 'pods'), before)
    const listed = said(isListed('pods')).at(-1)
    expect(listed).toMatchObject({ objects: [{ name: 'second' }] })
    expect(said(is('lost', 'pods'))).toHaveLength(1)
    expect(said(isGap)).toHaveLength(1)
    expect(said(isListed('pods'))).toHaveLength(2)
    api.add('pods', pod('third'))
    await recorder.until(tells('set', 'third'))
  })

  test.each([
    ['null', 'null'],
    ['a change of nothing', '{"type":"MODIFIED","object":null}'],
    ['a change that nobody knows', '{"type":"RENAMED","object":{"metadata":{"name":"web","resourceVersion":"900"}}}'],
    ['a change without a version', '{"type":"MODIFIED","object":{"metadata":{"name":"web"}}}'],
    ['an error that says nothing', '{"type":"ERROR"}'],
    ['half a line', '{"type":"ADD'],
    [
      'a pod that cannot be read',
      '{"type":"ADDED","object":{"metadata":{"name":"web","resourceVersion":"900"},"spec":{"containers":7}}}',
    ],
  ])('and says %s in a watch: the list makes up for it', async (_, line) => {
    await startAndHear()
    api.addUnsaid('pods', pod('unsaid'))
    api.sayLine('pods', line)
    await recorder.until((one) => isListed('pods')(one) && JSON.stringify(one).includes('unsaid'), 1)
    const before = recorder.said.length
    api.add('pods', pod('next'))
    await recorder.until(tells('set', 'next'), before)
  })
})
