import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Clock, type Observation, PortolanError } from '@portolan/core'
import fc from 'fast-check'
import { createEngineWatch, type EngineWatch } from '../src/index.ts'
import { realClock, silentLog } from '@portolan/testing'
import { createRecorder, dockerEvent, inspected } from './builders.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'

let engine: FakeEngine
let watch: EngineWatch
let told: ReturnType<typeof createRecorder<Observation>>
/** Twenty times as fast, so that no test waits for a deadline. */
const hasty: Clock = { ...realClock, after: (ms, run) => realClock.after(ms / 20, run) }

beforeEach(async () => {
  engine = await createFakeEngine()
  engine.containers.set('id-sea-worker', inspected('sea-worker'))
  told = createRecorder<Observation>()
  watch = createEngineWatch({
    env: { DOCKER_HOST: `unix://${engine.socket}` },
    clock: hasty,
    log: silentLog,
    onObservation: (_, observed) => told.add(observed),
    onClusters: () => {},
    onRefused: () => {},
  })
})
afterEach(async () => {
  await watch.stop()
  await engine[Symbol.asyncDispose]()
})

const WORKER = inspected('sea-worker')

const BAD: [string, string, string][] = [
  ['a null in the list of containers', '/containers/json', JSON.stringify([{ Id: 'id-sea-worker' }, null])],
  ['null as the list of containers', '/containers/json', 'null'],
  ['an object as the list of containers', '/containers/json', '{}'],
  ['a container without an id', '/containers/json', '[{}]'],
  ['a list that breaks off', '/containers/json', '[{"Id":"id-sea-'],
  ['a page of a proxy', '/containers/json', '<html>Bad gateway</html>'],
  ['nothing', '/containers/json', ''],
  ['null as a container', '/containers/id-sea-worker/json', 'null'],
  ['a container without a name', '/containers/id-sea-worker/json', JSON.stringify({ ...WORKER, Name: null })],
  ['labels that are none', '/containers/id-sea-worker/json', JSON.stringify({ ...WORKER, Config: { Labels: [1] } })],
  [
    'ports that are none',
    '/containers/id-sea-worker/json',
    JSON.stringify({ ...WORKER, NetworkSettings: { Ports: { '30080/tcp': 'all' } } }),
  ],
]

describe('an engine that answers', () => {
  test.each(BAD)('%s is lost, loses no node by that, and is found again', async (_, path, body) => {
    await watch.start()
    engine.bodies.set(path, body)
    engine.emit(dockerEvent('sea-worker', 'pause', Date.now()))
    await told.next((one) => one.kind === 'engine' && one.status === 'lost')
    expect(told.items.filter((one) => one.kind === 'containers')).toHaveLength(1)
    engine.bodies.clear()
    engine.containers.set('id-sea-worker', inspected('sea-worker', { State: { Status: 'paused' } }))
    await told.next((one) => one.kind === 'containers' && one.containers[0]?.state === 'paused')
    expect(told.items.find((one) => one.kind === 'gap')).toMatchObject({ scope: 'engine' })
  })

  test.each([...BAD, ['null as its version', '/version', 'null'], ['null about itself', '/info', 'null']])(
    '%s at the start is reported in one sentence',
    async (_, path = '', body = '') => {
      engine.bodies.set(path, body)
      const error = await watch.start().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PortolanError)
      expect((error as PortolanError).message).toMatch(/answered what (is not JSON|cannot be read)/)
    },
  )

  test.each(['null', '[]', '{"Actor":null}', '{"Type":"container","Action":"die","Actor":{"ID":7}}', '\u0000', '{'])(
    'the event %j passes it over, and the next one is taken',
    async (line) => {
      await watch.start()
      engine.write(`${line}\n`)
      engine.emit(dockerEvent('sea-worker', 'pause', Date.now()))
      await told.next((one) => one.kind === 'container' && one.action === 'pause')
    },
  )

  test('whatever it lists and shows, nothing is thrown beside the watch', async () => {
    await watch.start()
    const unowned: unknown[] = []
    const note = (error: unknown) => void unowned.push(error)
    process.on('unhandledRejection', note)
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (listed, shown) => {
        engine.bodies.set('/containers/json', JSON.stringify([{ Id: 'id-sea-worker' }, listed]))
        engine.bodies.set('/containers/id-sea-worker/json', JSON.stringify(shown))
        const lists = engine.requests.length
        engine.emit(dockerEvent('sea-worker', 'pause', Date.now()))
        await engine.asked(lists)
      }),
      { numRuns: 50 },
    )
    process.off('unhandledRejection', note)
    expect(unowned).toEqual([])
  })
})

test('an engine that hangs is lost, and found again when it answers', async () => {
  await watch.start()
  engine.frozen = true
  await told.next((one) => one.kind === 'engine' && one.status === 'lost')
  expect(told.items.at(-1)).toMatchObject({ reason: expect.stringContaining('no answer within 10 s') })
  engine.frozen = false
  await told.next((one) => one.kind === 'engine' && one.status === 'connected', 2)
})
