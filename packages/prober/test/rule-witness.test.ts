import { beforeEach, expect, test } from '@jest/globals'
import type { PortRule, RuleReading } from '@portolan/core'
import type { NodeRules } from '@portolan/engine'
import { createFakeClock, type FakeClock, settled } from '@portolan/testing'
import { createRuleWitness, type DarkPort, type RuleWitness } from '../src/rule-witness.ts'

const DROP: PortRule = {
  chain: 'KUBE-EXTERNAL-SERVICES',
  verdict: 'drop',
  reason: 'without_local_endpoints',
  service: 'default/web',
  packets: 100,
  to: [],
}
const found = (...rules: PortRule[]): NodeRules => ({ mode: 'iptables', rules, connections: null, unread: [] })

let clock: FakeClock
let witness: RuleWitness
/** What the node answers, one after the other; the last one again and again. */
let answers: NodeRules[]
let happened: string[]
let readings: RuleReading[]

beforeEach(() => {
  clock = createFakeClock()
  answers = []
  happened = []
  readings = []
  witness = createRuleWitness({
    clock,
    async read({ port }) {
      happened.push(`read ${port}`)
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? found()
    },
    async knock({ hostPort }) {
      happened.push(`knock ${hostPort}`)
      await new Promise<void>((resolve) => clock.after(700, resolve))
      return 3
    },
    onRead: ({ node }) => happened.push(`say ${node}`),
    onReading: (cluster, reading) => {
      happened.push(`found in ${cluster}`)
      readings.push(reading)
    },
  })
})

function dark(port: number, more: Partial<DarkPort> = {}): DarkPort {
  return {
    target: `host:${port}`,
    cause: 'etp_local',
    container: 'id-a',
    node: 'sea-worker',
    port,
    protocol: 'tcp',
    family: 'IPv4',
    door: { listenAddress: '127.0.0.1', hostPort: port + 1, protocol: 'tcp' },
    ...more,
  }
}

test('says what it reads, reads, sends its own packets, reads again', async () => {
  witness.look('sea', [dark(30080)])
  await clock.pass(800)
  expect(happened).toEqual(['say sea-worker', 'read 30080', 'knock 30081', 'read 30080', 'found in sea'])
})

test('what a rule counted in between is the difference', async () => {
  answers = [found(DROP), found({ ...DROP, packets: 114 })]
  const from = clock.now()
  witness.look('sea', [dark(30080)])
  await clock.pass(800)
  expect(readings).toEqual([
    {
      node: 'sea-worker',
      port: 30080,
      protocol: 'tcp',
      family: 'IPv4',
      from,
      to: from + 700,
      probes: 3,
      mode: 'iptables',
      rules: [{ ...DROP, packets: 14 }],
      connections: null,
      unread: [],
    },
  ])
})

test.each<[string, PortRule[], PortRule, number | null]>([
  ['was written in between', [], { ...DROP, packets: 6 }, 6],
  ['began to count anew', [DROP], { ...DROP, packets: 4 }, 4],
  ['is for another Service than before', [{ ...DROP, service: 'default/other' }], { ...DROP, packets: 101 }, 101],
  ['counts nothing', [{ ...DROP, packets: null }], { ...DROP, packets: null }, null],
])('a rule that %s has counted all that it counted since', async (_, before, after, packets) => {
  answers = [found(...before), found(after)]
  witness.look('sea', [dark(30080)])
  await clock.pass(800)
  expect(readings[0]?.rules).toEqual([{ ...after, packets }])
})

test('a rule of somebody else is worth a word only where it had a part in it', async () => {
  const foreign: PortRule = { ...DROP, chain: 'INPUT', reason: 'other', service: '' }
  const other: PortRule = { ...foreign, chain: 'PREROUTING' }
  answers = [found(foreign, other), found(foreign, { ...other, packets: 103 })]
  witness.look('sea', [dark(30080)])
  await clock.pass(800)
  expect(readings[0]?.rules).toEqual([{ ...other, packets: 3 }])
})

test('looks again and again, ever less often, and at once where the cause changes', async () => {
  witness.look('sea', [dark(30080)])
  await clock.pass(60_000)
  expect(readings.map(({ from }) => Math.round((from - 1_700_000_000_000) / 1000))).toEqual([0, 6, 16, 37])
  witness.look('sea', [dark(30080)])
  await clock.pass(800)
  expect(readings).toHaveLength(4)
  witness.look('sea', [dark(30080, { cause: 'no_endpoints' })])
  await clock.pass(800)
  expect(readings).toHaveLength(5)
})

test('reads one port after the other, of sixteen at most', async () => {
  witness.look(
    'sea',
    Array.from({ length: 20 }, (_, n) => dark(30_000 + n)),
  )
  await clock.pass(699)
  expect(happened.filter((one) => one.startsWith('knock'))).toHaveLength(1)
  await clock.pass(60_000)
  expect(new Set(readings.map(({ port }) => port)).size).toBe(16)
})

test('what is read of a port that answers again is not reported, nor read again', async () => {
  witness.look('sea', [dark(30080)])
  await clock.pass(300)
  witness.look('sea', [])
  await clock.pass(60_000)
  expect(readings).toEqual([])
  expect(clock.pending()).toBe(0)
})

test('a cluster says nothing of the ports of another', async () => {
  witness.look('sea', [dark(30080)])
  witness.look('lake', [])
  await clock.pass(800)
  expect(readings).toHaveLength(1)
})

test('nothing is reported after its stop', async () => {
  witness.look('sea', [dark(30080)])
  await clock.pass(300)
  witness.stop()
  await clock.pass(60_000)
  witness.look('sea', [dark(30081)])
  await settled()
  expect(readings).toEqual([])
  expect(clock.pending()).toBe(0)
})
