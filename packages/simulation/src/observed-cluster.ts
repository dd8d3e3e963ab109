import { EventEmitter } from 'node:events'
import type { NodeContainer, Observation, Resource } from '@portolan/core'
import { RESOURCES } from '@portolan/core'
import { readNode } from '@portolan/engine'
import { trimObject, WATCHED } from '@portolan/kube'
import { type ClusterModel, createClusterModel, detailsOf, type MachineEvent, type NodeSpec } from '@portolan/practice'
import { HOST_ADDRESS } from './network.ts'
import { between } from './random.ts'
import type { MachineClock } from './simulated-time.ts'
import { createTruth, type Truth } from './truth.ts'

/** A cluster, and what its API server and its engine say of it to whoever listens. */
export interface ObservedCluster {
  name: string
  model: ClusterModel
  truth: Truth
  /** What the engine says of the nodes' containers now. */
  containers(): NodeContainer[]
  /** Takes what comes from now on. @returns ends it */
  watch(onSaid: (observed: Observation) => void): () => void
  followEngine(onSaid: (observed: Observation) => void): () => void
  /** The API server cannot be reached, or can be again. */
  setApi(isThere: boolean): void
  setEngine(isThere: boolean): void
  /** Both can be reached. */
  isHeard(): boolean
  /** Told whenever that changes. */
  onHearing(listener: () => void): void
  start(): Promise<void>
  stop(): Promise<void>
}

/** A word of the API server is on its way for so long, ms. */
const WATCH_LAG = [1, 40] as const
const ENGINE_LAG_MS = 30
const UNREACHABLE = 'connect ECONNREFUSED'

export function createObservedCluster(options: {
  name: string
  nodes: NodeSpec[]
  /** The nodes' containers are at `172.18.NUMBER.x`. */
  number: number
  /** Ports are mapped on every address of the host. */
  isOpen: boolean
  clock: MachineClock
  passed(): number
  random: () => number
}): ObservedCluster {
  const { name, clock, random, number, isOpen } = options
  const events = new EventEmitter<{ event: [MachineEvent] }>()
  const sayings = new Set<(observed: Observation) => void>()
  const engineSayings = new Set<(observed: Observation) => void>()
  let hasApi = true
  let hasEngine = true
  let hear = () => {}
  const addressOf = (index: number) => `172.18.${number}.${index + 2}`
  const model = createClusterModel({
    name,
    nodes: options.nodes,
    clock,
    random,
    delays: { nodeLostMs: 40_000, evictMs: 60_000 },
    publish: ({ port }) => ({ start: async () => port, stop: async () => {} }),
    events,
    address: { of: addressOf, spare: (node) => addressOf(100 + [...model.nodes.keys()].indexOf(node)) },
    onChange: () => truth.look(),
    onNotice() {},
  })
  const truth = createTruth(model, options.passed)

  function containers(): NodeContainer[] {
    return [...model.nodes.values()].flatMap(({ machine }) => {
      const ports = machine.ports.map((port) => (isOpen ? { ...port, listenAddress: '0.0.0.0' } : port))
      const read = readNode(JSON.parse(JSON.stringify(detailsOf({ ...machine, ports }, name))))
      return read === null ? [] : [read.container]
    })
  }

  /** By its own resource in order; one resource is ahead of another by chance. */
  const dueOf = new Map<Resource, number>()
  function later(resource: Resource, run: () => void): void {
    const due = Math.max(clock.monotonic() + between(random, ...WATCH_LAG), dueOf.get(resource) ?? 0)
    dueOf.set(resource, due)
    clock.after(due - clock.monotonic(), run)
  }

  const said = (observed: Observation) => {
    for (const take of sayings) take(observed)
  }
  const saidOfEngine = (observed: Observation) => {
    if (hasEngine) for (const take of engineSayings) take(observed)
  }

  function listOf(resource: Resource): Observation {
    const watched = WATCHED.find((one) => one.name === resource)
    const kept = resource as Parameters<typeof model.store.list>[0]
    const objects = watched === undefined ? [] : model.store.list(kept).map((object) => trimObject(watched, object))
    return { kind: 'listed', resource, objects }
  }

  model.store.subscribe(({ resource, type, object }) => {
    const watched = WATCHED.find((one) => one.name === resource)
    if (watched === undefined) return
    const snapshot = trimObject(watched, object)
    later(watched.name, () => {
      if (hasApi) said({ kind: 'object', change: type === 'DELETED' ? 'deleted' : 'set', object: snapshot })
    })
  })
  events.on('event', ({ machine, action }) => {
    const { name: node, exitCode } = machine
    clock.after(ENGINE_LAG_MS, () => {
      if (action !== 'kill')
        saidOfEngine({ kind: 'container', name: node, action, exitCode: action === 'die' ? exitCode : null })
      saidOfEngine({ kind: 'containers', containers: containers() })
    })
  })

  function listAll(take: (observed: Observation) => void): void {
    for (const resource of RESOURCES) {
      later(resource, () => {
        if (!hasApi) return
        take({ kind: 'watch', resource, status: 'connected', reason: '' })
        take(listOf(resource))
      })
    }
  }
  function sayEngine(take: (observed: Observation) => void): void {
    const operatingSystem = 'Debian GNU/Linux 12'
    const engine = { kind: 'docker', version: '28.0.0', operatingSystem, desktop: false, endpoint: 'docker' } as const
    take({ kind: 'engine', status: 'connected', engine })
    take({ kind: 'containers', containers: containers() })
  }

  return {
    name,
    model,
    truth,
    containers,
    watch(take) {
      sayings.add(take)
      listAll(take)
      return () => void sayings.delete(take)
    },
    followEngine(take) {
      engineSayings.add(take)
      take({ kind: 'vantages', lan: HOST_ADDRESS, loopback6: false, own: [HOST_ADDRESS] })
      if (hasEngine) sayEngine(take)
      return () => void engineSayings.delete(take)
    },
    setApi(isThere) {
      if (isThere === hasApi) return
      hasApi = isThere
      if (isThere) listAll(said)
      else for (const resource of RESOURCES) said({ kind: 'watch', resource, status: 'lost', reason: UNREACHABLE })
      hear()
    },
    setEngine(isThere) {
      if (isThere === hasEngine) return
      if (!isThere) saidOfEngine({ kind: 'engine', status: 'lost', reason: UNREACHABLE })
      hasEngine = isThere
      if (isThere) sayEngine(saidOfEngine)
      hear()
    },
    isHeard: () => hasApi && hasEngine,
    onHearing(listener) {
      hear = listener
    },
    async start() {
      await model.create()
      model.run()
    },
    stop: model.stop,
  }
}
