import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import { PortolanError } from '@portolan/core'
import { temporaryFolder } from '@portolan/testing'
import { announceRunning, DEMO_FOLDER } from '../../src/running/announce.ts'
import type { Running } from '../../src/running/entry.ts'
import { findDemo, findRunning, runningFolder } from '../../src/running/folder.ts'
import { portInUse } from '../../src/running/port-in-use.ts'

const inFolder = temporaryFolder()
let env: NodeJS.ProcessEnv = {}
let open: { close(): void }[] = []

beforeEach(() => {
  env = { XDG_STATE_HOME: inFolder('home') }
})
afterEach(() => {
  for (const store of open) store.close()
  open = []
})

/** A store that somebody holds, as a Portolan that runs does. */
async function held(name: string): Promise<string> {
  const state = inFolder(name)
  mkdirSync(state, { mode: 0o700 })
  open.push(await openStore(join(state, 'portolan.db')))
  return state
}

const watchIn = (state: string, startedAt = 1): Running => ({ kind: 'watch', pid: 7, startedAt, state, page: null })
const demoIn = (state: string, startedAt = 1): Running => ({
  kind: 'demo',
  pid: 8,
  startedAt,
  state,
  page: 'http://127.0.0.1:9464',
  kubeconfig: join(state, 'kubeconfig'),
  engineSocket: join(state, 'engine.sock'),
})

const fileOf = () => join(runningFolder(env) ?? '', readdirSync(runningFolder(env) ?? '')[0] ?? '')

describe('a Portolan that runs', () => {
  test('is found until it takes that back, and its file is for its owner alone', async () => {
    const watch = watchIn(await held('state'))
    const withdraw = announceRunning(watch, env)
    expect(findRunning(env)).toEqual([watch])
    expect(statSync(fileOf()).mode & 0o777).toBe(0o600)
    withdraw?.()
    expect(findRunning(env)).toEqual([])
  })

  test('is asked before a demo, however new that is; of two the newer first', async () => {
    const [old, young, demo] = [watchIn(await held('a'), 1), watchIn(await held('b'), 2), demoIn(await held('c'), 3)]
    for (const one of [demo, old, young]) announceRunning(one, env)
    expect(findRunning(env)).toEqual([young, old, demo])
    expect(findDemo(env)).toEqual(demo)
  })

  test('that was killed is not found: nobody holds its store', async () => {
    announceRunning(watchIn(await held('state')), env)
    open.pop()?.close()
    expect(findRunning(env)).toEqual([])
  })

  test('has no place for its file without a home', () => {
    expect(announceRunning(watchIn('/state'), { HOME: '/nonexistent' })).toBeNull()
  })
})

describe('the next one removes what a killed one left', () => {
  test('its file, and the folder of a demo', async () => {
    const left = mkdtempSync(DEMO_FOLDER)
    announceRunning(demoIn(left), env)
    const watch = watchIn(await held('state'))
    announceRunning(watch, env)
    expect(existsSync(left)).toBe(false)
    expect(readdirSync(runningFolder(env) ?? '')).toHaveLength(1)
  })

  test('but no folder of another kind, whatever the file says', async () => {
    const other = inFolder('documents')
    mkdirSync(other)
    announceRunning(demoIn(other), env)
    announceRunning(watchIn(await held('state')), env)
    expect(existsSync(other)).toBe(true)
  })
})

describe('what cannot be trusted is as if it were not there', () => {
  test.each<[string, (file: string, watch: Running) => void]>([
    ['a file that others may write', (file) => chmodSync(file, 0o666)],
    ['a folder that others may write', (file) => chmodSync(dirname(file), 0o777)],
    ['a state folder that others may write', (_, { state }) => chmodSync(state, 0o777)],
    [
      'a link',
      (file) => {
        renameSync(file, inFolder('elsewhere.json'))
        symlinkSync(inFolder('elsewhere.json'), file)
      },
    ],
    ['a file without an end', (file) => writeFileSync(file, ' '.repeat(100_000))],
    ['no JSON', (file) => writeFileSync(file, '{')],
    ['a field too many', (file, watch) => writeFileSync(file, JSON.stringify({ ...watch, more: 1 }))],
    ['a relative folder', (file, watch) => writeFileSync(file, JSON.stringify({ ...watch, state: 'state' }))],
    [
      'a page that writes to the terminal',
      (file, watch) => writeFileSync(file, JSON.stringify({ ...watch, page: 'http://a\u001b[2J' })),
    ],
    [
      'a demo whose kubeconfig is somewhere else',
      (file, watch) => writeFileSync(file, JSON.stringify({ ...demoIn(watch.state), kubeconfig: '/tmp/kubeconfig' })),
    ],
  ])('%s', async (_, spoil) => {
    const watch = watchIn(await held('state'))
    announceRunning(watch, env)
    expect(findRunning(env)).toHaveLength(1)
    spoil(fileOf(), watch)
    expect(findRunning(env)).toEqual([])
  })
})

describe('a port that is in use', () => {
  const inUse = (port: number) =>
    new PortolanError('port_in_use', `port ${port} on 127.0.0.1 is in use by another process`, 'find who holds it')

  test('says which Portolan has it, and how to choose another', async () => {
    announceRunning({ ...watchIn(await held('state')), page: 'http://127.0.0.1:9464' }, env)
    expect(portInUse(inUse(9464), env)).toMatchObject({
      code: 'port_in_use',
      message: 'port 9464 is in use by the running Portolan watch (process 7, page http://127.0.0.1:9464)',
      hint: 'choose another: --listen 127.0.0.1:0',
    })
  })

  test('of somebody else keeps its hint, and says what chooses the address', async () => {
    announceRunning({ ...watchIn(await held('state')), page: 'http://127.0.0.1:19464' }, env)
    expect(portInUse(inUse(9464), env)).toMatchObject({
      message: 'port 9464 on 127.0.0.1 is in use by another process',
      hint: "find who holds it; --listen chooses the page's address",
    })
  })

  test('is the only fault that is said in other words', () => {
    const other = new Error('something else')
    expect(portInUse(other, env)).toBe(other)
  })
})
