import { type Incident, type ObjectSnapshot, openIncidents, type Symptom } from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, service, slice, START } from '../builders.ts'
import { ALL_OK, createKnownWorld, type World } from '../world.ts'

export const PORT = 'host:30080'
export const POD = 'pod:default/web-1:8080'
export const SERVICE = 'service:default/web:80'
export const NODES = ['cp', 'a', 'b', 'c']

type Seen = Parameters<World['probe']>[1]

/** The pod is on `on` and warm, port 30080 is mapped to `a`; agents are everywhere where that is asked for. */
export function scene(options: {
  on: string
  policy?: 'Local' | 'Cluster'
  agents?: boolean
  more?: ObjectSnapshot[]
}): World {
  const { on, policy = 'Cluster', agents = false, more = [] } = options
  const only = pod('web-1', on, { readySince: START - 600_000, placement: placement() })
  const web = service({ externalTrafficPolicy: policy, clusterIP: '10.96.0.7' })
  const world = createKnownWorld([deployment(), replicaSet(), only, web, slice([only]), ...more])
  if (agents) {
    world.agents(...NODES)
    world.pass(1100)
  }
  return world
}

/** Everything answers once. */
export function answered(world: World): World {
  world.pass(1000)
  world.probe(PORT, ALL_OK)
  return world
}

/** Four times, a second apart: what agents and witnesses see first, then the port itself. */
export function see(
  world: World,
  host: Seen,
  { inside = {}, witnesses = {} }: { inside?: Record<string, Symptom>; witnesses?: Record<string, Symptom> } = {},
): World {
  for (let n = 0; n < 4; n++) {
    world.pass(1000)
    if (Object.keys(inside).length > 0) world.agents(...NODES)
    world.inside(inside)
    for (const [target, symptom] of Object.entries(witnesses)) world.probe(target, { 'node-address': symptom })
    world.probe(PORT, host)
  }
  return world
}

/** The pod as the agents see it: alike but from some nodes. */
export function podSeen(symptom: Symptom, but: Record<string, Symptom> = {}): Record<string, Symptom> {
  return Object.fromEntries(NODES.map((node) => [`${POD}@node/${node}`, but[node] ?? symptom]))
}

export function verdictOf(world: World): Pick<Incident, 'cause' | 'confidence' | 'candidates'> | null {
  const [incident] = openIncidents(world.state)
  if (incident === undefined) return null
  const { cause, confidence, candidates } = incident
  return { cause, confidence, candidates }
}
