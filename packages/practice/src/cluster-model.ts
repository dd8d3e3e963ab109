import type { Cause, Clock } from '@portolan/core'
import { createStore, type Store } from './api/store.ts'
import type { ControlContext } from './control/context.ts'
import { type ControlLoop, startControlLoop } from './control/loop.ts'
import { createNodeLifecycle } from './control/node-lifecycle.ts'
import { type Delays, USUAL_DELAYS } from './delays.ts'
import type { MachineEvents } from './engine/machine.ts'
import { createBrokenPaths } from './network/broken-paths.ts'
import { createDarkRecorder, type DarkPeriod } from './network/dark-periods.ts'
import { bestOf, type Fate, fateOfPod, fatesOf, type Terrain } from './network/fate.ts'
import { createNode, type PracticeNode, type Publish } from './node.ts'
import { nodeNames, nodeOf, type NodeSpec } from './node-spec.ts'
import { API_PORT, createTerrain } from './terrain.ts'
import { createVerbs, type Verbs } from './verbs.ts'

/** A Kubernetes cluster without a socket: its objects, controllers and nodes, and what becomes of a connection. */
export interface ClusterModel {
  verbs: Verbs
  store: Store
  nodes: ReadonlyMap<string, PracticeNode>
  terrain: Terrain
  /** Nodes and their objects. */
  create(): Promise<void>
  /** The controllers begin, and what is dark is noted from now on. */
  run(): void
  stop(): Promise<void>
  /** What becomes of one connection to a port of a node. */
  fate(node: string, port: number): Fate
  /** The same of one that a node opens to a pod. */
  fateOfPod(from: string, pod: { uid: string; node: string }): Fate
  /** Something that decides about traffic has changed. */
  refresh(): void
  /** There is nothing left to do for a controller or a kube-proxy. */
  rulesSynced(): boolean
  /** Of each host port why connections fail there now, one for each endpoint that they may be led to; null: it answers. */
  whysByPort(): { hostPort: number; node: string; containerPort: number; whys: (Cause | null)[] }[]
  /** The truth about when host ports did not answer. */
  darkPeriods(hostPort?: number): DarkPeriod[]
}

export interface ClusterModelOptions {
  name: string
  nodes: readonly NodeSpec[]
  clock: Clock
  /** From 0 to below 1. */
  random(): number
  delays?: Partial<Delays>
  /** How ports are listened at. */
  publish: Publish
  /** Told what the engine would tell of the nodes' containers. */
  events: MachineEvents
  /** Of a node by its place, now; and one that no node has. */
  address: { of(index: number): string; spare(node: string): string }
  /** Traffic may go elsewhere from now on. */
  onChange(): void
  onNotice(line: string): void
}

/** Changes that the API keeps for watches that come back. */
const HISTORY = 2000

export function createClusterModel(options: ClusterModelOptions): ClusterModel {
  const { name, clock, random, address, publish, events, onChange, onNotice } = options
  const store = createStore(clock.now, HISTORY, random)
  const context: ControlContext = { store, clock, random, delays: { ...USUAL_DELAYS, ...options.delays } }
  const nodes = new Map<string, PracticeNode>()
  const paths = createBrokenPaths()
  const dark = createDarkRecorder()
  const lifecycle = createNodeLifecycle(context)
  const terrain = createTerrain(store, nodes, paths)
  let loop: ControlLoop | null = null

  const fate = (node: string, port: number): Fate => {
    const fates = fatesOf(terrain, node, port)
    return fates[Math.floor(random() * fates.length)] ?? bestOf(fates)
  }
  const unheard = ({ machine }: PracticeNode): Cause | null => (machine.running ? machine.unheard : null)
  const mappedPorts = () =>
    [...nodes.values()].flatMap((node) =>
      node.machine.ports
        .filter(({ containerPort }) => containerPort !== API_PORT)
        .map(({ containerPort, hostPort }) => ({ node, containerPort, hostPort })),
    )

  function refresh(): void {
    if (loop === null) return
    for (const { node, containerPort, hostPort } of mappedPorts()) {
      const why = unheard(node) ?? bestOf(fatesOf(terrain, node.name, containerPort)).why
      dark.note(hostPort, why, clock.now())
    }
    onChange()
  }

  return {
    store,
    nodes,
    terrain,
    async create() {
      for (const namespace of ['default', 'kube-system']) {
        store.create('namespaces', { metadata: { name: namespace }, status: { phase: 'Active' } })
      }
      const names = nodeNames(name, options.nodes)
      for (const [index, spec] of options.nodes.entries()) {
        const node = createNode(names[index] ?? '', spec, address.of(index), index, {
          context,
          events,
          fate,
          publish,
          reach: (from, pod) => fateOfPod(terrain, from, pod),
          onChange: refresh,
          onBooted: () => lifecycle.back(names[index] ?? ''),
          onNotice,
        })
        nodes.set(node.name, node)
        await node.create()
        store.create('nodes', nodeOf(node.name, spec, node.machine.address, index, clock.now()))
      }
    },
    run() {
      loop = startControlLoop(context, onChange)
    },
    async stop() {
      loop?.stop()
      loop = null
      lifecycle.stop()
      for (const node of [...nodes.values()].reverse()) await node.remove()
    },
    fate,
    fateOfPod: (from, pod) => fateOfPod(terrain, from, pod),
    refresh,
    rulesSynced: () => loop?.idle() !== false && [...nodes.values()].every((node) => node.kubeProxy.synced()),
    whysByPort: () =>
      mappedPorts().map(({ node, containerPort, hostPort }) => {
        const why = unheard(node)
        const whys = why === null ? fatesOf(terrain, node.name, containerPort).map((fate) => fate.why) : [why]
        return { hostPort, node: node.name, containerPort, whys }
      }),
    darkPeriods: dark.periods,
    verbs: createVerbs({ context, nodes, terrain, lifecycle, paths, spareAddress: address.spare, onChange: refresh }),
  }
}
