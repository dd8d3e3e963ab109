import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { Clock } from '@portolan/core'
import type { ReachPod } from './api/pod-ways.ts'
import { createApiServer } from './api/server.ts'
import { createStore, type Store } from './api/store.ts'
import type { ControlContext } from './control/context.ts'
import { type ControlLoop, startControlLoop } from './control/loop.ts'
import { createNodeLifecycle } from './control/node-lifecycle.ts'
import { type Delays, USUAL_DELAYS } from './delays.ts'
import type { MachineEvent } from './engine/machine.ts'
import { createEngineSocket } from './engine/socket.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { type AddressBlock, takeAddressBlock } from './network/address-block.ts'
import { createBrokenPaths } from './network/broken-paths.ts'
import { createDarkRecorder, type DarkPeriod } from './network/dark-periods.ts'
import { createDataPlane, type DataPlane } from './network/data-plane.ts'
import { type Fate, fateOfPod } from './network/fate.ts'
import { createNode, type PracticeNode } from './node.ts'
import { nodeNames, nodeOf, type NodeSpec } from './node-spec.ts'
import { isReady } from './objects.ts'
import { createPatience, type Patience } from './patience.ts'
import { API_PORT, createTerrain, portsOf } from './terrain.ts'
import { createVerbs, type Verbs } from './verbs.ts'

/**
 * A Kubernetes cluster for practice, in this process and on loopback alone: an API, controllers, a network and a
 * container engine that behave as kind's do towards whoever watches and probes them.
 */
export interface PracticeCluster extends Verbs {
  name: string
  /** Rejects with PortolanError port_in_use where a host port is taken. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Speaks the Docker API: `DOCKER_HOST=unix://PATH`. */
  engineSocket: string
  /** A file with the one context `kind-NAME`. */
  kubeconfig: string
  store: Store
  /** What this machine does not allow for, one line each. */
  notices: string[]
  nodes(): { name: string; address: string; running: boolean }[]
  /** The host port that leads to a node's port, where any free one was asked for. */
  hostPort(containerPort: number): number
  pods(app: string): { name: string; node: string | null; ready: boolean; terminating: boolean }[]
  stopApi(): Promise<void>
  startApi(): Promise<void>
  until: Patience['until']
  /** When pods, rules and nodes are what they are going to be, and every port answers accordingly. */
  settled(signal?: AbortSignal): Promise<void>
  /** When every node has programmed what it has heard of, and its address answers accordingly. */
  rulesSettled(signal?: AbortSignal): Promise<void>
  /** The truth about when host ports did not answer. */
  darkPeriods(hostPort?: number): DarkPeriod[]
}

export interface PracticeOptions {
  name: string
  nodes: NodeSpec[]
  /** Where the engine's socket and the kubeconfig go; must exist. */
  folder: string
  clock: Clock
  /** From 0 to below 1. */
  random(): number
  delays?: Partial<Delays>
  /** The engine runs in a virtual machine, as Docker Desktop does: the nodes' own addresses lead nowhere. */
  desktop?: boolean
}

/** Changes that the API keeps for watches that come back. */
const HISTORY = 2000

export function createPracticeCluster(options: PracticeOptions): PracticeCluster {
  const { name, folder, clock, random, desktop = false } = options
  const delays = { ...USUAL_DELAYS, ...options.delays }
  const store = createStore(clock.now, HISTORY)
  const context: ControlContext = { store, clock, random, delays }
  const engineEvents = new EventEmitter<{ event: [MachineEvent] }>()
  const patience = createPatience()
  const nodes = new Map<string, PracticeNode>()
  const paths = createBrokenPaths()
  const dark = createDarkRecorder()
  const notices: string[] = []
  const lifecycle = createNodeLifecycle(context)
  const terrain = createTerrain(store, nodes, paths)
  const api = createApiServer(store, clock, delays.bookmarkMs, reachPod)
  const engineSocket = join(folder, 'engine.sock')
  const kubeconfig = join(folder, 'kubeconfig')
  const closers: (() => Promise<void> | void)[] = []
  let spareAddress = (of: string) => of
  let plane: DataPlane | null = null
  let loop: ControlLoop | null = null

  const refresh = () => {
    if (plane === null) return
    for (const { name: node, machine } of nodes.values()) {
      for (const port of machine.ports) {
        if (port.containerPort !== API_PORT)
          dark.note(
            port.hostPort,
            (machine.running ? machine.unheard : null) ?? plane.whyDark(node, port.containerPort),
            clock.now(),
          )
      }
    }
    plane.refresh()
    patience.changed()
  }
  const rulesSynced = () => loop?.idle() !== false && [...nodes.values()].every((node) => node.kubeProxy.synced())
  const isSettled = () =>
    store.list('pods').every((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod)) &&
    store.list('deployments').every(({ metadata, spec, status }) => {
      const seen = status.observedGeneration === metadata.generation
      return seen && status.replicas === spec.replicas && status.updatedReplicas === spec.replicas
    }) &&
    rulesSynced()

  function reachPod(uid: string, from: Parameters<ReachPod>[1]): Fate {
    const pod = store.list('pods').find(({ metadata }) => metadata.uid === uid)
    const node = pod?.spec.nodeName ?? ''
    const away = terrain.away(node)
    if (away !== null) return { kind: 'drop', why: away }
    const control = [...nodes.values()].find(({ machine }) => machine.role === 'control-plane')
    if (from === 'api server') return fateOfPod(terrain, control?.name ?? '', { uid, node })
    const application = terrain.running(uid)
    return application === null
      ? { kind: 'reject', why: 'no_endpoints' }
      : { kind: 'answer', application, why: application.frozen() ? 'app_slow' : null }
  }

  const createNodes = async (block: AddressBlock) => {
    const names = nodeNames(name, options.nodes)
    for (const [index, spec] of options.nodes.entries()) {
      const node = createNode(names[index] ?? '', spec, block.nodeAddress(index), index, {
        context,
        events: engineEvents,
        fate: (at, port) => plane?.fate(at, port) ?? { kind: 'drop', why: 'node_down' },
        reach: (from, pod) => fateOfPod(terrain, from, pod),
        onChange: refresh,
        onBooted: () => lifecycle.back(names[index] ?? ''),
        onNotice: (line) => notices.push(line),
      })
      nodes.set(node.name, node)
      closers.push(node.remove)
      await node.create()
      store.create('nodes', nodeOf(node.name, spec, node.machine.address, index, clock.now()))
    }
  }
  const boot = async () => {
    const block = await takeAddressBlock(random)
    closers.push(block.release)
    if (block.unusable !== null) notices.push(`nodes have no addresses of their own: ${block.unusable}`)
    for (const namespace of ['default', 'kube-system']) {
      store.create('namespaces', { metadata: { name: namespace }, status: { phase: 'Active' } })
    }
    await createNodes(block)
    spareAddress = (of) => block.nodeAddress([...nodes.keys()].indexOf(of) + nodes.size)
    const places = [...nodes.values()].map(({ name: node, addresses }) => ({
      name: node,
      addresses: block.unusable === null ? addresses : () => [],
    }))
    plane = createDataPlane(
      terrain,
      places,
      desktop,
      () => portsOf(store, nodes.values()),
      random,
      (error) => notices.push(`a node's address does not answer as it should: ${String(error)}`),
    )
    loop = startControlLoop(context, patience.changed)
    closers.push(closePlane, lifecycle.stop, loop.stop)
    // Last of all, so that whoever acts on a change has taken note of it when somebody looks.
    closers.push(store.subscribe(patience.changed))
    const port = await api.start()
    closers.push(api.stop)
    const control = [...nodes.values()].find(({ machine }) => machine.role === 'control-plane')
    const published = { containerPort: API_PORT, listenAddress: '127.0.0.1', hostPort: port }
    control?.machine.ports.push(published)
    await writeKubeconfig(kubeconfig, name, port)
    const socket = createEngineSocket(
      engineSocket,
      name,
      [...nodes.values()].map((node) => node.machine),
      engineEvents,
      desktop ? 'Docker Desktop' : 'Portolan practice cluster',
      clock.now,
    )
    await socket.start()
    closers.push(socket.stop)
    refresh()
  }
  /** From here on no change opens a port again. */
  const closePlane = async () => {
    const closing = plane
    plane = null
    await closing?.stop()
  }
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }

  return {
    name,
    engineSocket,
    kubeconfig,
    store,
    notices,
    async start() {
      try {
        await boot()
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
    nodes: () =>
      [...nodes.values()].map(({ machine }) => ({
        name: machine.name,
        address: machine.address,
        running: machine.running,
      })),
    hostPort(containerPort) {
      const ports = [...nodes.values()].flatMap((node) => node.machine.ports)
      const found = ports.find((port) => port.containerPort === containerPort)
      if (found === undefined) throw new RangeError(`no host port leads to port ${containerPort} of a node`)
      return found.hostPort
    },
    pods: (app) =>
      store
        .list('pods')
        .filter((pod) => pod.metadata.labels?.app === app)
        .map((pod) => ({
          name: pod.metadata.name,
          node: pod.spec.nodeName ?? null,
          ready: isReady(pod),
          terminating: pod.metadata.deletionTimestamp !== undefined,
        })),

    ...createVerbs({
      context,
      nodes,
      terrain,
      lifecycle,
      paths,
      spareAddress: (node) => spareAddress(node),
      onChange: refresh,
    }),
    stopApi: api.stop,
    startApi: async () => void (await api.start()),
    until: patience.until,
    async settled(signal) {
      await patience.until(isSettled, signal)
      await plane?.settled()
    },
    async rulesSettled(signal) {
      await patience.until(rulesSynced, signal)
      await plane?.settled()
    },
    darkPeriods: dark.periods,
  }
}
