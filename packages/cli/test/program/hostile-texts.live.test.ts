import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import { type Change, type Fact, mapStrings, type TargetExplanation } from '@portolan/core'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { CONTROL, MARK } from '@portolan/testing'
import { seededRandom } from '../../src/random.ts'
import { readRecording } from '../../src/recording/read.ts'
import { writeRecording } from '../../src/recording/write.ts'
import { darkTarget, incident, MOVE } from '../views.ts'
import { portolan } from './portolan.ts'

const HOSTILE = `\u001b[31m\u001b]0;owned\u0007\u009b2J\u007f\r\n\t\b\u061c\u200f\u202e\u2066\u2028${MARK}`
const RECORDING = join(import.meta.dirname, '../../../../test/recordings/dns-and-moves.ndjson.gz')
/** What is named and worded by others; the rest of a fact are numbers, addresses and words that Portolan decides by. */
const NAMED = new Set(['cluster', 'name', 'namespace', 'node', 'message', 'reason', 'why', 'detail', 'service', 'app'])
const LAID_OUT = new Set([
  'type',
  'kind',
  'cause',
  'candidates',
  'vantage',
  'symptom',
  'state',
  'previous',
  'confidence',
  'route',
  'event',
  'target',
  'targets',
  'id',
])

const mark = <Value>(value: Value): Value =>
  mapStrings(value, (text, key) => (LAID_OUT.has(key) ? text : `${text}${HOSTILE}`))
const markFact = (fact: Fact): Fact => mapStrings(fact, (text, key) => (NAMED.has(key) ? `${text}${HOSTILE}` : text))

const folder = mkdtempSync(join(tmpdir(), 'portolan-texts-'))
const state = ['--state', folder]
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  const now = Date.now()
  const { symptoms, ...open } = incident({ openedAt: now - 9000, darkSince: now - 10_000, changedAt: null })
  const OPEN = { ...mark(open), symptoms }
  const { cluster, target } = OPEN
  const about = { cluster, target, at: now - 9000 }
  const changes: Change[] = [
    { ...mark(MOVE), at: now - 11_000, cluster },
    mark({
      type: 'target.state',
      ...about,
      cluster: 'sea',
      state: 'down',
      previous: 'up',
      symptom: 'silent',
      vantages: {},
    }),
    { type: 'incident.opened', ...about, incident: OPEN },
    mark({ type: 'cluster.event', ...about, cluster: 'sea', event: 'node_cordoned', node: 'a', text: 'was cordoned' }),
    mark({ type: 'gap', ...about, cluster: 'sea', from: now - 8000, to: now - 7000, reason: 'asleep' }),
  ]
  const epoch = {
    id: 'one',
    cluster,
    target,
    startedAt: now - 11_000,
    endedAt: null,
    mappedNode: `a${HOSTILE}`,
    podNodes: [`b${HOSTILE}`],
    expectedUp: false,
    answered: 0,
    failed: 9,
  }
  const explanation: TargetExplanation = {
    ...mark({ hops: [], ruledOut: [{ cause: 'mtu' as const, because: 'of that' }], foreseen: null, routes: [] }),
    target: mark(darkTarget(30080, { note: 'a note', since: now - 10_000 })),
    incident: OPEN,
    epochs: [epoch],
  }
  const note = { id: 'note', at: now, cluster, targets: [], from: now - 5000, to: now, text: `drain${HOSTILE}` }
  const views = [{ cluster, lastAt: now, explanations: [explanation], portless: [], settings: {} }]
  const store = await openStore(join(folder, 'portolan.db'))
  await store.write({ changes, incidents: [OPEN], epochs: [epoch], notes: [note], views })
  store.close()

  const { header, facts } = await readRecording(RECORDING, () => {})
  async function* marked() {
    for await (const batch of facts) yield* batch.map(markFact)
  }
  const settings = Object.fromEntries(Object.entries(header.settings).map(([name, one]) => [`${name}${HOSTILE}`, one]))
  await writeRecording(join(folder, 'recording.gz'), { ...header, settings }, marked())
  writeFileSync(join(folder, 'kind.yaml'), KIND)
  writeFileSync(join(folder, 'web.yaml'), WEB)
}, 60_000)

/** All that it writes, as it is. */
async function run(words: string[], env: NodeJS.ProcessEnv = {}): Promise<{ text: string; code: number | null }> {
  const { child, ended } = portolan(words, env)
  const pieces: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => pieces.push(Buffer.from(piece)))
  const { code } = await ended
  return { text: Buffer.concat(pieces).toString(), code }
}

const KIND = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: sea
nodes:
- role: control-plane
- role: worker
  extraPortMappings: [{containerPort: 30080, hostPort: 30080}]
- role: worker
`
const QUOTED = '\\e[31m\\a\\x9b2J\\r\\n\\t\\u202e\\u2028MARK'
const WEB = `apiVersion: v1
kind: Service
metadata: {name: "web${QUOTED}", namespace: "default${QUOTED}"}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: {app: "web${QUOTED}"}
  ports: [{port: 80, nodePort: 30080, name: "http${QUOTED}"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "web${QUOTED}", namespace: "default${QUOTED}"}
spec:
  selector: {matchLabels: {app: "web${QUOTED}"}}
  template:
    metadata: {labels: {app: "web${QUOTED}"}}
    spec: {containers: [{name: web, image: web}]}
`

describe('with control characters in all that it knows, these print none', () => {
  const files = ['-k', join(folder, 'kind.yaml'), join(folder, 'web.yaml')]
  test.each<[string, string[], number]>([
    ['explain', ['explain', '30080', ...state], 1],
    ['explain as JSON', ['explain', '30080', '--json', ...state], 1],
    ['incidents', ['incidents', ...state], 1],
    ['incidents as JSON', ['incidents', '--json', ...state], 1],
    ['timeline', ['timeline', ...state], 0],
    ['timeline as JSON', ['timeline', '--json', ...state], 0],
    ['a report', ['report', ...state], 0],
    ['a report in HTML', ['report', '--format', 'html', ...state], 0],
    ['a report as JSON', ['report', '--format', 'json', ...state], 0],
    ['replay', ['replay', join(folder, 'recording.gz')], 0],
    ['replay as JSON', ['replay', '--json', join(folder, 'recording.gz')], 0],
    ['check', ['check', ...files], 1],
    ['check as JSON', ['check', '--format', 'json', ...files], 1],
    ['check for GitHub', ['check', '--format', 'github', ...files], 1],
    ['check as SARIF', ['check', '--format', 'sarif', ...files], 1],
    ['a port that is not there', ['explain', `9${HOSTILE}`, ...state], 2],
    ['an option that is not there', ['watch', `--x${HOSTILE}`], 2],
    ['a cluster that cannot be', ['watch', '--cluster', HOSTILE, ...state], 2],
    ['a file that is not there', ['replay', `/nonexistent/${HOSTILE}`], 2],
  ])(
    '%s',
    async (_, words, code) => {
      const { text, code: ended } = await run(words)
      expect(text.replaceAll('\n', '')).not.toMatch(CONTROL)
      expect(text).toContain(MARK)
      expect(ended).toBe(code)
    },
    30_000,
  )

  test('a report in a file', async () => {
    const file = join(folder, 'report.md')
    expect(await portolan(['report', '--output', file, ...state]).ended).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8').replaceAll('\n', '')).not.toMatch(CONTROL)
  })
})

describe('with control characters in all that is named in a cluster that runs, these print none', () => {
  let cluster: PracticeCluster
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    const nodes = [
      { role: 'control-plane' as const },
      { role: 'worker' as const, ports: [{ hostPort: 0, containerPort: 30080 }] },
      { role: 'worker' as const },
    ]
    cluster = createPracticeCluster({ name: 'pond', nodes, folder, clock: systemClock, random: seededRandom(7) })
    await cluster.start()
    cluster.cordon('pond-worker')
    cluster.deploy({ name: `web${HOSTILE}` })
    cluster.service({ name: `web${HOSTILE}`, app: `web${HOSTILE}`, nodePort: 30080, externalTrafficPolicy: 'Local' })
    await cluster.settled()
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
  }, 60_000)
  afterAll(() => cluster.stop())

  test.each<[string, string[], number]>([
    ['watch, in lines', ['watch', '--for', '6s', '--listen', 'off', '--state', join(folder, 'lines')], 1],
    ['watch, in JSON', ['watch', '--for', '6s', '--json', '--listen', 'off', '--state', join(folder, 'json')], 1],
    ['wait', ['wait', '--timeout', '6s', '--junit', join(folder, 'junit.xml')], 1],
    ['check --live', ['check', '--live'], 1],
  ])(
    '%s',
    async (_, words, code) => {
      const { text, code: ended } = await run(words, env)
      expect(text.replaceAll('\n', '')).not.toMatch(CONTROL)
      expect(text).toContain(MARK)
      expect(ended).toBe(code)
    },
    60_000,
  )

  test('the JUnit report of wait', () => {
    const xml = readFileSync(join(folder, 'junit.xml'), 'utf8')
    expect(xml.replaceAll('\n', '')).not.toMatch(CONTROL)
    expect(xml).toContain(MARK)
  })
})

test('watch says why it leaves out the only container that is labelled as a node', async () => {
  const nodes = [{ role: 'control-plane' as const }]
  const own = mkdtempSync(join(tmpdir(), 'portolan-label-'))
  const name = `../..${HOSTILE}`
  const cluster = createPracticeCluster({ name, nodes, folder: own, clock: systemClock, random: seededRandom(7) })
  await cluster.start()
  try {
    const { text, code } = await run(['watch', '--listen', 'off', ...state], {
      DOCKER_HOST: `unix://${cluster.engineSocket}`,
    })
    expect(text).toMatch(/is labelled as a node of cluster "\.\.\/\.\.[^]*no cluster in containers to watch/)
    expect(text.replaceAll('\n', '')).not.toMatch(CONTROL)
    expect(code).toBe(3)
  } finally {
    await cluster.stop()
    rmSync(own, { recursive: true, force: true })
  }
}, 30_000)
