import { createClusterState, type Fact, type Observation, reduce } from '@portolan/core'
import { agent, found, NODES, PORTS, sliceOf } from './big-cluster.ts'

/**
 * A cluster of a thousand nodes with two hundred mapped ports: what it takes to decide who looks at what, when an agent
 * arrives and when a pod moves.
 */
const GOAL_MS = 50

let at = 1_700_000_000_000
let state = createClusterState('dev')
let sequence = 0

function tell(observed: Observation): number {
  sequence += 1
  const fact: Fact = { cluster: 'dev', source: 'bench', boot: 'b', sequence, at, receivedAt: at, observed }
  const begun = performance.now()
  reduce(state, fact)
  return performance.now() - begun
}

function later(observed: Observation): number {
  at += 1000
  return tell(observed)
}

/** All but some come at once; those come one by one, and each changes who looks at what. */
const FEW = 20
function comeUp(): number {
  state = createClusterState('dev')
  for (const observed of found()) tell(observed)
  for (let index = 0; index < NODES - FEW; index += 1) tell(agent(index))
  return later({ kind: 'tick' })
}

// The first ones are the compiler's.
for (let round = 0; round < 3; round += 1) comeUp()
const together = Array.from({ length: 5 }, comeUp)
const arrivals = Array.from({ length: FEW }, (_, index) => {
  for (let known = 0; known < NODES - FEW + index; known += 1) tell(agent(known))
  return later(agent(NODES - FEW + index))
})
const moves = Array.from({ length: 50 }, (_, index) =>
  later({ kind: 'object', change: 'set', object: sliceOf(index, (index + 500) % NODES) }),
)
const again = Array.from({ length: NODES }, (_, index) => tell(agent(index)))

const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0
console.log(
  `${NODES} nodes, ${PORTS} ports; each node is given ${state.probing.fabric.shares.get('node/node-7')?.assignment.plans.length} probes beside the ports`,
)
for (const [what, ms] of [
  ['all agents but some come at once', together],
  ['an agent arrives', arrivals],
  ['a pod moves', moves],
  ['an agent says again that it is there', again],
] as const) {
  const middle = median([...ms])
  const reached = middle < GOAL_MS
  console.log(
    `${what}: ${middle.toFixed(2)} ms (goal ${GOAL_MS}: ${reached ? 'reached' : 'missed'}), worst ${Math.max(...ms).toFixed(1)} ms`,
  )
  if (!reached) process.exitCode = 1
}
