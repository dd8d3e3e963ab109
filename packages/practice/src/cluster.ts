import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { Clock } from '@portolan/core'
import type { ReachPod } from './api/pod-ways.ts'
import { createApiServer } from './api/server.ts'
import type { Store } from './api/store.ts'
import { createClusterModel } from './cluster-model.ts'
import { type Delays, USUAL_DELAYS } from './delays.ts'
import type { MachineEvent } from './engine/machine.ts'
import { createEngineSocket } from './engine/socket.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { type AddressBlock, takeAddressBlock } from './network/address-block.ts'
import type { DarkPeriod } from './network/dark-periods.ts'
import { createDataPlane, type DataPlane } from './network/data-plane.ts'
import { createDockerProxy } from './network/docker-proxy.ts'
import type { Fate } from './network/fate.ts'
import type { NodeSpec } from './node-spec.ts'
import { isReady } from './objects.ts'
import { createPatience, type Patience } from './patience.ts'
import { API_PORT, portsOf } from './terrain.ts'
import type { Verbs } from './verbs.ts'

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
  /** Where a host port is taken when the cluster is created, any free one is mapped instead, which is among the notices. */
  orAnyHostPort?: boolean
}

export function createPracticeCluster(options: PracticeOptions): PracticeCluster {
  const { name, folder, clock, random, desktop = false, orAnyHostPort = false } = options
  const delays = { ...USUAL_DELAYS, ...options.delays }
  const engineEvents = new EventEmitter<{ event: [MachineEvent] }>()
  const patience = createPatience()
  const notices: string[] = []
  const engineSocket = join(folder, 'engine.sock')
  const kubeconfig = join(folder, 'kubeconfig')
  const closers: (() => Promise<void> | void)[] = []
  let addresses: AddressBlock | null = null
  let plane: DataPlane | null = null
  const addressOf = (index: number) => addresses?.nodeAddress(index) ?? ''
  const model = createClusterModel({
    name,
    nodes: options.nodes,
    clock,
    random,
    delays,
    publish: (listen, fate) => createDockerProxy({ ...listen, orAny: orAnyHostPort }, fate, clock, random),
    events: engineEvents,
    address: { of: addressOf, spare: (node) => addressOf([...nodes.keys()].indexOf(node) + nodes.size) },
    onChange() {
      plane?.refresh()
      patience.changed()
    },
    onNotice: (line) => void notices.push(line),
  })
  const { store, nodes, terrain, rulesSynced } = model
  const api = createApiServer(store, clock, delays.bookmarkMs, reachPod)

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
    if (from === 'api server') return model.fateOfPod(control?.name ?? '', { uid, node })
    const application = terrain.running(uid)
    return application === null
      ? { kind: 'reject', why: 'no_endpoints' }
      : { kind: 'answer', application, why: application.frozen() ? 'app_slow' : null }
  }

  const boot = async () => {
    const block = await takeAddressBlock(random)
    addresses = block
    closers.push(block.release, model.stop)
    if (block.unusable !== null) notices.push(`nodes have no addresses of their own: ${block.unusable}`)
    await model.create()
    const places = [...nodes.values()].map(({ name: node, addresses: own }) => ({
      name: node,
      addresses: block.unusable === null ? own : () => [],
    }))
    plane = createDataPlane(
      terrain,
      places,
      desktop,
      () => portsOf(store, nodes.values()),
      model.fate,
      (error) => notices.push(`a node's address does not answer as it should: ${String(error)}`),
    )
    model.run()
    closers.push(closePlane)
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
    model.refresh()
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

    ...model.verbs,
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
    darkPeriods: model.darkPeriods,
  }
}
