import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Observation } from '@portolan/core'
import { realClock as clock, silentLog as log } from '@portolan/testing'
import { createEngineWatch, type EngineWatch } from '../src/index.ts'
import { createRecorder, dockerEvent, inspected } from './builders.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'

type Told = { clusters: string[] } | { refused: string } | { cluster: string; observed: Observation; at: number }

let engine: FakeEngine
let watch: EngineWatch
let told: ReturnType<typeof createRecorder<Told>>

beforeEach(async () => {
  engine = await createFakeEngine()
  told = createRecorder<Told>()
  watch = createEngineWatch({
    env: { DOCKER_HOST: `unix://${engine.socket}` },
    clock,
    log,
    onObservation: (cluster, observed, at) => told.add({ cluster, observed, at }),
    onClusters: (clusters) => told.add({ clusters }),
    onRefused: (container, label) => told.add({ refused: `${container} ${label}` }),
  })
})
afterEach(async () => {
  await watch.stop()
  await engine[Symbol.asyncDispose]()
})

/** As short words, for comparison. */
function wordOf(one: Told): string {
  if ('clusters' in one) return `clusters: ${one.clusters.join(' ') || 'none'}`
  if ('refused' in one) return `refused: ${one.refused}`
  const { cluster, observed } = one
  switch (observed.kind) {
    case 'containers':
      return `${cluster} holds ${observed.containers.map(({ name, state }) => `${name} ${state}`).join(', ') || 'nothing'}`
    case 'container':
      return `${cluster} ${observed.name} ${observed.action} ${observed.exitCode ?? ''}`.trim()
    case 'engine':
      return `${cluster} engine ${observed.status}`
    default:
      return `${cluster} ${observed.kind}`
  }
}

function words(): string[] {
  return told.items.map(wordOf)
}

async function hear(word: string, from = 0): Promise<void> {
  await told.next((one) => wordOf(one) === word, from)
}

function put(name: string, changes: Parameters<typeof inspected>[1] = {}): void {
  engine.containers.set(`id-${name}`, inspected(name, changes))
}

const AT = Date.parse('2026-11-25T12:00:01Z')
const EXITED = { State: { Status: 'exited', StartedAt: '2026-11-25T12:00:00Z' } }

describe('a label that names no cluster', () => {
  test.each([
    ['a path out of a folder', '../../../documents'],
    ['a path', '/etc'],
    ['the folder itself', '.'],
    ['an option', '--all'],
    ['nothing', ''],
    ['capitals', 'Sea'],
    ['two lines', 'sea\n'],
    ['more than a name may be long', 's'.repeat(254)],
  ])('%s makes none, and is reported once, however often it is listed', async (_, cluster) => {
    put('sea-worker')
    put('evil', { cluster })
    await watch.start()
    put('sea-worker2')
    engine.emit(dockerEvent('sea-worker2', 'start', AT))
    await hear('sea holds sea-worker running, sea-worker2 running')
    expect(words()).toEqual([
      `refused: evil ${cluster}`,
      'clusters: sea',
      'sea engine connected',
      'sea holds sea-worker running',
      'sea holds sea-worker running, sea-worker2 running',
    ])
  })

  test('is reported for so many labels and no more', async () => {
    for (let number = 0; number < 150; number += 1) put(`evil-${number}`, { cluster: `Evil ${number}` })
    await watch.start()
    expect(words().filter((word) => word.startsWith('refused'))).toHaveLength(100)
  })
})

describe('at the start', () => {
  test('an engine without a cluster is no error', async () => {
    await watch.start()
    expect(words()).toEqual(['clusters: none'])
  })

  test('every cluster is told with its nodes, sorted, but not its load balancer', async () => {
    put('sea-worker')
    put('sea-control-plane', { role: 'control-plane' })
    put('sea-external-load-balancer', { role: 'external-load-balancer' })
    put('bay-worker', { cluster: 'bay', ...EXITED })
    await watch.start()
    expect(words()).toEqual([
      'clusters: bay sea',
      'sea engine connected',
      'bay engine connected',
      'sea holds sea-control-plane running, sea-worker running',
      'bay holds bay-worker exited',
    ])
  })

  test('a container that goes while they are listed is left out', async () => {
    put('sea-worker')
    engine.ghosts.push('id-gone')
    await watch.start()
    expect(words()).toContain('sea holds sea-worker running')
  })

  test('no API version is pinned', async () => {
    await watch.start()
    expect(engine.requests.filter((request) => /^\/v\d/.test(request))).toEqual([])
    expect(engine.requests).toContain('/version')
  })

  test('an engine that is not there rejects', async () => {
    await engine.close()
    await expect(watch.start()).rejects.toMatchObject({
      code: expect.stringMatching(/^engine_(not_found|unreachable)$/),
    })
  })
})

describe('while it runs', () => {
  test('a node that stops is told at once, and then as it is', async () => {
    put('sea-worker')
    await watch.start()
    put('sea-worker', EXITED)
    engine.emit(dockerEvent('sea-worker', 'die', AT, { exitCode: '137' }))
    await hear('sea holds sea-worker exited')
    expect(words().slice(-2)).toEqual(['sea sea-worker die 137', 'sea holds sea-worker exited'])
    expect(told.items.at(-2)).toMatchObject({ at: AT })
  })

  test('an event in pieces is one event', async () => {
    put('sea-worker')
    await watch.start()
    const line = JSON.stringify(dockerEvent('sea-worker', 'pause', AT))
    engine.write(line.slice(0, 20))
    engine.write(`${line.slice(20)}\n`)
    await hear('sea sea-worker pause')
  })

  test('a new cluster is announced before anything is said of it', async () => {
    await watch.start()
    put('bay-worker', { cluster: 'bay' })
    engine.emit(dockerEvent('bay-worker', 'create', AT))
    await hear('bay holds bay-worker running')
    expect(words().slice(1)).toEqual(['clusters: bay', 'bay engine connected', 'bay holds bay-worker running'])
  })

  test('a cluster that is deleted ends without containers', async () => {
    put('sea-worker')
    await watch.start()
    engine.containers.clear()
    engine.emit(dockerEvent('sea-worker', 'destroy', AT))
    await told.next((one) => 'clusters' in one, 1)
    expect(words().slice(-3)).toEqual(['sea sea-worker destroy', 'sea holds nothing', 'clusters: none'])
  })
})

describe('when the stream of events breaks', () => {
  test('what happened meanwhile is told, and what was told is not told again', async () => {
    put('sea-worker')
    await watch.start()
    engine.emit(dockerEvent('sea-worker', 'pause', AT))
    await hear('sea sea-worker pause')
    engine.dropStreams()
    put('sea-worker', EXITED)
    engine.emit(dockerEvent('sea-worker', 'die', AT + 10, { exitCode: '1' }))
    await hear('sea sea-worker die 1')
    await hear('sea holds sea-worker exited')
    expect(engine.requests).toContainEqual(expect.stringContaining(`&since=${AT / 1000}`))
    expect(words().filter((word) => word === 'sea sea-worker pause')).toHaveLength(1)
    expect(words()).not.toContain('sea engine lost')
  })

  test('before the first event, it goes on from where the engine was found', async () => {
    await watch.start()
    engine.dropStreams()
    put('sea-worker')
    engine.emit(dockerEvent('sea-worker', 'create', AT))
    await hear('sea holds sea-worker running')
    expect(engine.requests).toContainEqual(expect.stringContaining(`&since=${AT / 1000 - 1}`))
  })

  test('an engine that stays away is lost, and found again after a gap with a fresh list', async () => {
    put('sea-worker')
    await watch.start()
    await engine.close()
    await hear('sea engine lost')
    put('sea-worker', EXITED)
    await engine.listen()
    await hear('sea holds sea-worker exited')
    expect(words().slice(-4)).toEqual([
      'sea engine lost',
      'sea gap',
      'sea engine connected',
      'sea holds sea-worker exited',
    ])
    const gap = told.items.find((one) => 'observed' in one && one.observed.kind === 'gap')
    expect(gap).toMatchObject({
      observed: { scope: 'engine', reason: expect.stringContaining('the container engine: ') },
    })
  })

  test('stop ends the wait for an engine that stays away', async () => {
    put('sea-worker')
    await watch.start()
    await engine.close()
    await hear('sea engine lost')
    await watch.stop()
    const before = words()
    await engine.listen()
    expect(words()).toEqual(before)
  })
})
