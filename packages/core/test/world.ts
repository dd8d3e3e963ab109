import {
  type Assignment,
  type Change,
  type ClusterState,
  createClusterState,
  type Effect,
  type Incident,
  type NodeContainer,
  type ObjectSnapshot,
  type Observation,
  type Observer,
  type Outcome,
  type ProbePlan,
  type Resource,
  RESOURCES,
  reduce,
  type Symptom,
  type Vantage,
} from '../src/index.ts'
import { container, mapped, node, START } from './builders.ts'

/** A cluster that is told fact by fact, with a clock that the test moves, and everything that core answered. */
export interface World {
  state: ClusterState
  now: number
  effects: Effect[]
  plans: ProbePlan[]
  /** Lets time pass, with the ticks that core asked for. */
  pass(ms: number): void
  tell(observed: Observation): void
  set(...objects: ObjectSnapshot[]): void
  remove(...objects: ObjectSnapshot[]): void
  list(objects: ObjectSnapshot[]): void
  containers(...containers: NodeContainer[]): void
  /** One outcome of each vantage of a port, by the vantages' last words: `{ loopback4: 'ok' }`. */
  probe(target: string, symptoms: Partial<Record<ShortVantage, Symptom>>, more?: Partial<Outcome>): void
  /** The agents on these nodes say that they are there. */
  agents(...nodes: string[]): void
  /** What agents saw, by plan: `{ 'pod:default/web-1:8080@node/a': 'ok' }`. */
  inside(seen: Record<string, Symptom>, more?: Partial<Outcome>): void
  /** What the observer was last told to do. */
  assignment(to: Observer): Assignment | undefined
  changes<T extends Change['type']>(...types: T[]): (Change & { type: T })[]
  incident(): Incident | undefined
}

type ShortVantage = 'loopback4' | 'loopback6' | 'lan' | 'node-address' | 'balancer'

const PLURALS: Record<ObjectSnapshot['kind'], Resource> = {
  Node: 'nodes',
  Pod: 'pods',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  ReplicaSet: 'replicasets',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  NetworkPolicy: 'networkpolicies',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  Gateway: 'gateways',
  GatewayClass: 'gatewayclasses',
  HTTPRoute: 'httproutes',
  IngressRoute: 'ingressroutes',
  GRPCRoute: 'grpcroutes',
  TLSRoute: 'tlsroutes',
  TCPRoute: 'tcproutes',
  Event: 'events',
}

/** Nothing known yet. */
export function createWorld(): World {
  const state = createClusterState('kind')
  let sequence = 0
  let wakeAt = Number.POSITIVE_INFINITY
  /** In what the plan is told to speak. */
  const spoken = (target: string, vantage: Vantage): Pick<Outcome, 'protocol'> => {
    const stated = world.plans.find(({ id }) => id === `${target}@${vantage}`)?.speech.protocol ?? 'auto'
    return { protocol: stated === 'auto' ? 'http' : stated }
  }
  const world: World = {
    state,
    now: START,
    effects: [],
    plans: [],
    tell(observed) {
      sequence += 1
      const fact = {
        cluster: 'kind',
        source: 'test',
        boot: '1',
        sequence,
        at: world.now,
        receivedAt: world.now,
        observed,
      }
      for (const effect of reduce(state, fact)) {
        world.effects.push(effect)
        if (effect.kind === 'assign' && effect.to === 'host') world.plans = effect.assignment.plans
        if (effect.kind === 'wakeAt') wakeAt = effect.at
      }
    },
    pass(ms) {
      const until = world.now + ms
      while (wakeAt <= until) {
        world.now = Math.max(world.now, wakeAt)
        wakeAt = Number.POSITIVE_INFINITY
        world.tell({ kind: 'tick' })
      }
      world.now = until
    },
    set: (...objects) => objects.forEach((object) => world.tell({ kind: 'object', change: 'set', object })),
    remove: (...objects) => objects.forEach((object) => world.tell({ kind: 'object', change: 'deleted', object })),
    list(objects) {
      for (const resource of RESOURCES) {
        world.tell({ kind: 'listed', resource, objects: objects.filter((one) => PLURALS[one.kind] === resource) })
      }
    },
    containers: (...containers) => world.tell({ kind: 'containers', containers }),
    probe(target, symptoms, more = {}) {
      for (const [short, symptom] of Object.entries(symptoms)) {
        const vantage = `host/${short}` as Vantage
        world.tell({
          kind: 'outcome',
          outcome: { ...outcomeOf(target, vantage, symptom, world.now), ...spoken(target, vantage), ...more },
        })
      }
    },
    agents(...nodes) {
      for (const name of nodes) {
        world.tell({ kind: 'agent', node: name, address: container(name).addresses[0] ?? '', echoPort: 9466 })
      }
    },
    inside(seen, more = {}) {
      for (const [plan, symptom] of Object.entries(seen)) {
        const split = plan.lastIndexOf('@')
        const outcome = outcomeOf(plan.slice(0, split), plan.slice(split + 1) as Vantage, symptom, world.now)
        world.tell({ kind: 'outcome', outcome: { ...outcome, ...more } })
      }
    },
    assignment: (to) =>
      world.effects
        .flatMap((effect) => (effect.kind === 'assign' && effect.to === to ? [effect.assignment] : []))
        .at(-1),
    changes: (...types) =>
      world.effects.flatMap((effect) =>
        effect.kind === 'announce' && (types as string[]).includes(effect.change.type) ? [effect.change as never] : [],
      ),
    incident: () => world.changes('incident.opened', 'incident.updated', 'incident.closed').at(-1)?.incident,
  }
  return world
}

/** One probe in HTTP, that took as long as its kind does. */
export function outcomeOf(target: string, vantage: Vantage, symptom: Symptom, startedAt: number): Outcome {
  const durationMs = symptom === 'ok' ? 2 : 200
  return {
    target,
    vantage,
    startedAt,
    durationMs,
    symptom,
    protocol: 'http',
    phases: {},
    timeoutMs: 2000,
    burst: false,
  }
}

/** Engine, vantages, four nodes, with host port 30080 on worker `a`, and the objects that the test brings. */
export function createKnownWorld(objects: ObjectSnapshot[], ports: Record<number, number> = { 30080: 30080 }): World {
  const world = createWorld()
  world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
  world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
  world.containers(...fourNodes(ports))
  world.list([node('cp'), node('a'), node('b'), node('c'), ...objects])
  return world
}

export function fourNodes(ports: Record<number, number>): [NodeContainer, NodeContainer, NodeContainer, NodeContainer] {
  return [container('cp'), mapped('a', ports), container('b'), container('c')]
}

export const DOCKER = {
  kind: 'docker' as const,
  version: '28.0.0',
  operatingSystem: 'Debian GNU/Linux 12',
  desktop: false,
  endpoint: '/var/run/docker.sock',
}

export const ALL_OK = { loopback4: 'ok', lan: 'ok', 'node-address': 'ok' } as const
export const DROPPED = { loopback4: 'silent', lan: 'connect_timeout', 'node-address': 'connect_timeout' } as const
export const REJECTED = { loopback4: 'closed', lan: 'refused', 'node-address': 'refused' } as const
export const STOPPED = { loopback4: 'refused', lan: 'refused', 'node-address': 'connect_timeout' } as const
