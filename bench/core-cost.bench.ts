import {
  createClusterState,
  type Fact,
  type ObjectSnapshot,
  type Observation,
  type PodSnapshot,
  readTargets,
  reduce,
  RULES,
  type Symptom,
} from '@portolan/core'
import { found, sliceOf } from './big-cluster.ts'

/**
 * What a fact costs in core: how often it is looked at (counted), and how that grows with the number of mapped ports
 * (as ratios of one run).
 */

interface World {
  tell(observed: Observation): void
  refresh(): void
}

let at = 1_700_000_000_000

function worldOf(nodes: number, ports: number): World {
  const state = createClusterState('dev')
  let sequence = 0
  const tell = (observed: Observation) => {
    sequence += 1
    at += 1
    const fact: Fact = { cluster: 'dev', source: 'bench', boot: 'b', sequence, at, receivedAt: at, observed }
    reduce(state, fact)
  }
  for (const observed of found(nodes, ports)) tell(observed)
  return { tell, refresh: () => void readTargets(state) }
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0

/** Ms that one call takes, in the middle of many. */
function timeOf(run: (turn: number) => void, turns = 400): number {
  for (let turn = 0; turn < turns / 4; turn += 1) run(turn)
  return median(
    Array.from({ length: turns }, (_, turn) => {
      const begun = performance.now()
      run(turn)
      return performance.now() - begun
    }),
  )
}

function judge(what: string, value: number, goal: number, unit: string): void {
  const reached = value < goal
  console.log(`${what}: ${value.toFixed(2)}${unit} (goal ${goal}${unit}: ${reached ? 'reached' : 'missed'})`)
  if (!reached) process.exitCode = 1
}

/** A pod that belongs to nobody's port. */
function stranger(turn: number): PodSnapshot {
  return {
    kind: 'Pod',
    namespace: 'elsewhere',
    name: 'stranger',
    uid: 'stranger',
    resourceVersion: String(turn),
    createdAt: at,
    placement: {
      labels: { app: 'stranger' },
      hostNetwork: false,
      ports: [],
      nodeSelector: {},
      tolerations: [],
      requiredNodeTerms: [],
    },
    node: 'node-0',
    owner: { kind: 'ReplicaSet', name: 'r', uid: 'r' },
    addresses: ['10.9.9.9'],
    phase: 'Running',
    ready: turn % 2 === 0,
    readySince: at,
    unschedulable: null,
    disruption: null,
    deletedAt: 0,
    containers: [],
  }
}

const set = (object: ObjectSnapshot): Observation => ({ kind: 'object', change: 'set', object })

const [few, many] = [worldOf(100, 25), worldOf(100, 200)]
const touchless = [few, many].map((world) => timeOf((turn) => world.tell(set(stranger(turn))), 2000))
judge('an event that touches no port, at 200 ports and at 25', (touchless[1] ?? 0) / (touchless[0] ?? 1), 1.5, ' times')

const still = timeOf(() => many.refresh())
const after = timeOf((turn) => {
  many.tell(set(stranger(turn)))
  many.refresh()
})
judge('the table after such an event, and without one', after / still, 2, ' times')

const large = worldOf(1000, 1000)
judge(
  'a pod moves among 1,000 nodes and 1,000 ports',
  timeOf((turn) => large.tell(set(sliceOf(turn % 1000, (turn * 7) % 1000))), 200),
  10,
  ' ms',
)

/** How often the rule that is asked most was asked, and how many were asked: each context asks each rule at most once. */
function countAsked(run: () => void): { rules: number; most: number } {
  const asked = new Map<string, number>()
  const plain = RULES.map((rule) => rule.holds)
  for (const rule of RULES) {
    const { holds } = rule
    rule.holds = (context) => {
      asked.set(rule.cause, (asked.get(rule.cause) ?? 0) + 1)
      return holds(context)
    }
  }
  run()
  for (const [index, rule] of RULES.entries()) rule.holds = plain[index] ?? rule.holds
  return { rules: asked.size, most: Math.max(0, ...asked.values()) }
}

const fails = (symptom: Symptom): Observation => ({
  kind: 'outcome',
  outcome: {
    target: 'host:20003',
    vantage: 'host/loopback4',
    startedAt: at,
    durationMs: 2000,
    symptom,
    protocol: 'http',
    phases: {},
    timeoutMs: 2000,
    burst: false,
  },
})
for (let turn = 0; turn < 3; turn += 1) few.tell(fails('silent'))
const { rules, most } = countAsked(() => few.tell(fails('silent')))
console.log(`a failing outcome asks ${rules} of ${RULES.length} rules`)
judge('a rule is asked for one failing outcome, at most', most, 1.01, ' times')
