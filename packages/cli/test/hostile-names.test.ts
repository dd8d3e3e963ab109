import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import { type Fact, isClusterName, PortolanError } from '@portolan/core'
import fc from 'fast-check'
import { hostileNames } from '@portolan/testing'
import { readCollectorPlan } from '../src/commands/collector.ts'
import { readProberPlan } from '../src/commands/prober.ts'
import { readWaitPlan } from '../src/commands/wait.ts'
import { readWatchPlan } from '../src/commands/watch.ts'
import { findWay } from '../src/install/find.ts'
import { VERSION } from '../src/recording/recording.ts'
import { writeRecording } from '../src/recording/write.ts'
import { createFaults, readAccess } from '../src/settings.ts'

let outer: string
let folder: string

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'portolan-names-'))
  folder = join(outer, 'own')
  mkdirSync(folder)
})
afterEach(() => rmSync(outer, { recursive: true, force: true }))

const flags = {
  listen: 'off',
  interval: '1s',
  maxSeries: '20000',
  timeout: '1s',
  namespace: 'portolan',
  service: 'x',
  tls: false,
}
const accounts = {
  ingest: '127.0.0.1:0',
  agentAccount: 'a/b',
  proberAccount: 'a/b',
  events: false,
  certificateHost: 'a',
  certificateLifetime: '90d',
  trust: [],
  authProxyFrom: [],
}

describe('--cluster with a path, an option or a control character in it is refused by', () => {
  test.each<[string, (cluster: string) => unknown]>([
    ['watch', (cluster) => readWatchPlan({ ...flags, cluster: [cluster], state: folder }, {})],
    ['prober', (cluster) => readProberPlan({ ...flags, cluster: [cluster], state: folder }, {})],
    ['wait', (cluster) => readWaitPlan([], { ...flags, cluster: [cluster] })],
    ['collector', (cluster) => readCollectorPlan({ ...flags, ...accounts, cluster, state: folder }, {})],
    ['install and uninstall', (cluster) => findWay({ cluster }, {})],
  ])('%s', async (_, read) => {
    await fc.assert(
      fc.asyncProperty(hostileNames(fc), async (cluster) => {
        fc.pre(!isClusterName(cluster))
        const refused = await Promise.resolve()
          .then(() => read(cluster))
          .catch((error: unknown) => error)
        expect(refused).toBeInstanceOf(PortolanError)
        expect(refused).toMatchObject({
          code: 'usage',
          message: expect.stringMatching(/^--cluster is (".*, expected|required:) the name/),
        })
      }),
    )
    expect(readdirSync(outer)).toEqual(['own'])
    expect(readdirSync(folder)).toEqual([])
  })
})

test.each([
  ['kind-sea', true],
  ['arn:aws:eks:eu-west-1:1:cluster/sea', true],
  ['', false],
  ['a'.repeat(513), false],
  ['a\u001b[31m', false],
  ['a\u202eb', false],
])('--context %j', (context, taken) => {
  const read = () => {
    const faults = createFaults()
    readAccess({ cluster: ['sea'], context }, faults)
    faults.check('watch')
  }
  if (taken) expect(read).not.toThrow()
  else expect(read).toThrow(/^--context is ".*, expected the name of a context/)
})

test('facts of a cluster with such a name are kept and recorded in the files that were named, and nowhere else', async () => {
  const store = await openStore(join(folder, 'portolan.db'))
  try {
    await fc.assert(
      fc.asyncProperty(hostileNames(fc), async (name) => {
        const observed = { kind: 'gap', scope: 'prober', from: 0, to: 1, reason: name } as const
        const fact: Fact = { cluster: name, source: name, boot: name, sequence: 1, at: 1, receivedAt: 1, observed }
        await store.write({ facts: [fact] })
        const settings = { [name]: { context: name } }
        const header = {
          portolan: 'recording',
          version: VERSION,
          recordedAt: name,
          settings,
          anonymised: false,
        } as const
        async function* facts() {
          yield fact
        }
        expect(await writeRecording(join(folder, 'recording'), header, facts())).toBe(1)
        expect(readdirSync(outer)).toEqual(['own'])
        for (const file of readdirSync(folder)) expect(file).toMatch(/^(portolan\.db(\.lock)?(-\w+)?|recording)$/)
      }),
      { numRuns: 50 },
    )
  } finally {
    store.close()
  }
})
