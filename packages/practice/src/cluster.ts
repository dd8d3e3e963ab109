import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { Clock } from '@portolan/core'
import { deleteObject, EVICTION } from './api/deletion.ts'
import { createApiServer } from './api/server.ts'
import { createStore, type Store } from './api/store.ts'
import type { ControlContext } from './control/context.ts'
import { type ControlLoop, startControlLoop } from './control/loop.ts'
import { createNodeLifecycle } from './control/node-lifecycle.ts'
import { type Delays, USUAL_DELAYS } from './delays.ts'
import type { MachineEvent } from './engine/machine.ts'
import { createEngineSocket } from './engine/socket.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { takeAddressBlock } from './network/address-block.ts'
import { createDarkRecorder, type DarkPeriod } from './network/dark-periods.ts'
import { createDataPlane, type DataPlane } from './network/data-plane.ts'
import { createNode, type PracticeNode } from './node.ts'
import { nodeNames, nodeOf, type NodeSpec } from './node-spec.ts'
import { isReady, type Pod } from './objects.ts'
import { API_PORT, createTerrain, portsOf } from './terrain.ts'
import { type DeployOptions, deploymentOf, type ServiceOptions, serviceOf } from './workloads.ts'

/**
 * A Kubernetes cluster for practice, in this process and on loopback alone: an API, controllers, a network and a
 * container engine that behave as kind's do towards whoever watches and probes them.
 */
export interface PracticeCluster {
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

  deploy(options: DeployOptions): void
  service(options: ServiceOptions): void
  deletePod(name: string): void
  scale(deployment: string, replicas: number): void
  /** `kubectl rollout restart`. */
  rollout(deployment: string): void
  pin(deployment: string, node: string | null): void
  cordon(node: string): void
  uncordon(node: string): void
  /** Cordons and evicts. */
  drain(node: string): void
  stopNode(node: string): Promise<void>
  startNode(node: string): Promise<void>
  breakPath(a: string, b: string): void
  healPath(a: string, b: string): void
  freezeKubeProxy(node: string): void
  thawKubeProxy(node: string): void
  freezeApplication(pod: string): void
  thawApplication(pod: string): void
  stopApi(): Promise<void>
  startApi(): Promise<void>

  /** When the condition holds; looked at after every change. */
  until(condition: () => boolean, signal?: AbortSignal): Promise<void>
  /** When pods, rules and nodes are what they are going to be, and every port answers accordingly. */
  settled(signal?: AbortSignal): Promise<void>
  /** When every node has programmed what it has heard of. */
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
}

/** Changes that the API keeps for watches that come back. */
const HISTORY = 2000

export function createPracticeCluster(options: PracticeOptions): PracticeCluster {
  const { name, folder, clock, random } = options
  const delays = { ...USUAL_DELAYS, ...options.delays }
  const store = createStore(clock.now, HISTORY)
  const context: ControlContext = { store, clock, random, delays }
  const engineEvents = new EventEmitter<{ event: [MachineEvent] }>()
  const happenings = new EventEmitter<{ change: [] }>().setMaxListeners(0)
  const nodes = new Map<string, PracticeNode>()
  const brokenPaths = new Set<string>()
  const dark = createDarkRecorder()
  const notices: string[] = []
  const lifecycle = createNodeLifecycle(context)
  const api = createApiServer(store, clock, delays.bookmarkMs)
  const terrain = createTerrain(store, nodes, (from, to) => brokenPaths.has(pathKey(from, to)))
  const engineSocket = join(folder, 'engine.sock')
  const kubeconfig = join(folder, 'kubeconfig')
  const closers: (() => Promise<void> | void)[] = []
  let plane: DataPlane | null = null
  let loop: ControlLoop | null = null
  let services = 0

  const refresh = () => {
    if (plane === null) return
    for (const { name: node, machine } of nodes.values()) {
      for (const port of machine.ports) {
        if (port.containerPort !== API_PORT)
          dark.note(port.hostPort, plane.whyDark(node, port.containerPort), clock.now())
      }
    }
    plane.refresh()
    happenings.emit('change')
  }
  const nodeNamed = (node: string): PracticeNode => nodes.get(node) ?? missing('node', node)
  const podNamed = (pod: string): Pod =>
    store.list('pods').find((one) => one.metadata.name === pod) ?? missing('pod', pod)
  const applicationOf = (pod: Pod) => terrain.running(pod.metadata.uid) ?? missing('running pod', pod.metadata.name)
  const updateDeployment = (deployment: string, change: Parameters<typeof store.update<'deployments'>>[3]) => {
    const found =
      store.list('deployments').find((one) => one.metadata.name === deployment) ?? missing('deployment', deployment)
    store.update('deployments', found.metadata.namespace ?? '', deployment, change)
  }
  const setUnschedulable = (node: string, wanted: boolean) =>
    store.update('nodes', '', nodeNamed(node).name, (copy) => {
      if (wanted) copy.spec.unschedulable = true
      else delete copy.spec.unschedulable
    })
  const rulesSynced = () => loop?.idle() !== false && [...nodes.values()].every((node) => node.kubeProxy.synced())
  const isSettled = () =>
    store.list('pods').every((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod)) &&
    store.list('deployments').every(({ metadata, spec, status }) => {
      const seen = status.observedGeneration === metadata.generation
      return seen && status.replicas === spec.replicas && status.updatedReplicas === spec.replicas
    }) &&
    rulesSynced()

  const until = async (condition: () => boolean, signal?: AbortSignal) => {
    if (condition()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => {
      if (condition()) resolve()
    }
    const abort = () => reject(signal?.reason as Error)
    const unsubscribe = store.subscribe(look)
    happenings.on('change', look)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted === true) abort()
    await promise.finally(() => {
      unsubscribe()
      happenings.off('change', look)
      signal?.removeEventListener('abort', abort)
    })
  }

  const boot = async () => {
    const block = await takeAddressBlock(random)
    closers.push(block.release)
    if (block.unusable !== null) notices.push(`nodes have no addresses of their own: ${block.unusable}`)
    for (const namespace of ['default', 'kube-system']) {
      store.create('namespaces', { metadata: { name: namespace }, status: { phase: 'Active' } })
    }
    const names = nodeNames(name, options.nodes)
    for (const [index, spec] of options.nodes.entries()) {
      const node = createNode(names[index] ?? '', spec, block.nodeAddress(index), index, {
        context,
        events: engineEvents,
        fate: (at, port) => plane?.fate(at, port) ?? { kind: 'drop', why: 'node_down' },
        onChange: refresh,
        onBooted: () => lifecycle.back(names[index] ?? ''),
        onNotice: (line) => notices.push(line),
      })
      nodes.set(node.name, node)
      closers.push(node.remove)
      await node.create()
      store.create('nodes', nodeOf(node.name, spec, node.machine.address, index, clock.now()))
    }
    const places = [...nodes.values()].map(({ name: node, machine }) => ({
      name: node,
      address: block.unusable === null ? machine.address : null,
    }))
    plane = createDataPlane(
      terrain,
      places,
      () => portsOf(store, nodes.values()),
      random,
      (error) => notices.push(`a node's address does not answer as it should: ${String(error)}`),
    )
    loop = startControlLoop(context, () => happenings.emit('change'))
    closers.push(plane.stop, lifecycle.stop, loop.stop)
    const port = await api.start()
    closers.push(api.stop)
    const control = [...nodes.values()].find(({ machine }) => machine.role === 'control-plane')
    const published = { containerPort: API_PORT, listenAddress: '127.0.0.1', wishedPort: port, hostPort: port }
    control?.machine.ports.push(published)
    await writeKubeconfig(kubeconfig, name, port)
    const socket = createEngineSocket(
      engineSocket,
      name,
      [...nodes.values()].map((node) => node.machine),
      engineEvents,
      clock.now,
    )
    await socket.start()
    closers.push(socket.stop)
    refresh()
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
      return (
        ports.find((port) => port.containerPort === containerPort)?.hostPort ??
        missing('mapped port', `${containerPort}`)
      )
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

    deploy: (wanted) => void (store.create('deployments', deploymentOf(wanted)) ?? taken('deployment', wanted.name)),
    service(wanted) {
      services += 1
      const draft = serviceOf(wanted, `10.96.${services >> 8}.${services & 255}`)
      if (store.create('services', draft) === null) taken('service', wanted.name)
    },
    deletePod: (pod) => deleteObject(store, 'pods', podNamed(pod), clock.now()),
    scale: (deployment, replicas) =>
      updateDeployment(deployment, (copy) => {
        copy.spec.replicas = replicas
      }),
    rollout: (deployment) =>
      updateDeployment(deployment, ({ spec: { template } }) => {
        const restartedAt = new Date(clock.now()).toISOString()
        template.metadata.annotations = {
          ...template.metadata.annotations,
          'kubectl.kubernetes.io/restartedAt': restartedAt,
        }
      }),
    pin: (deployment, node) =>
      updateDeployment(deployment, ({ spec: { template } }) => {
        if (node === null) delete template.spec.nodeSelector
        else template.spec.nodeSelector = { 'kubernetes.io/hostname': nodeNamed(node).name }
      }),
    cordon: (node) => void setUnschedulable(node, true),
    uncordon: (node) => void setUnschedulable(node, false),
    drain(node) {
      setUnschedulable(node, true)
      for (const pod of store.list('pods')) {
        if (pod.spec.nodeName === node) deleteObject(store, 'pods', pod, clock.now(), { disruption: EVICTION })
      }
    },
    async stopNode(node) {
      await nodeNamed(node).powerOff()
      lifecycle.silent(node)
    },
    startNode: (node) => nodeNamed(node).powerOn(),
    breakPath(a, b) {
      brokenPaths.add(pathKey(nodeNamed(a).name, nodeNamed(b).name))
      refresh()
    },
    healPath(a, b) {
      brokenPaths.delete(pathKey(a, b))
      refresh()
    },
    freezeKubeProxy: (node) => nodeNamed(node).kubeProxy.freeze(),
    thawKubeProxy: (node) => nodeNamed(node).kubeProxy.thaw(),
    freezeApplication(pod) {
      const application = applicationOf(podNamed(pod))
      application.freeze()
      nodeNamed(application.node).kubelet.probe(application)
      refresh()
    },
    thawApplication(pod) {
      const application = applicationOf(podNamed(pod))
      application.thaw()
      nodeNamed(application.node).kubelet.probe(application)
      refresh()
    },
    stopApi: api.stop,
    startApi: async () => void (await api.start()),
    until,
    async settled(signal) {
      await until(isSettled, signal)
      await plane?.settled()
    },
    async rulesSettled(signal) {
      await until(rulesSynced, signal)
      await plane?.settled()
    },
    darkPeriods: dark.periods,
  }
}

function pathKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

function missing(what: string, name: string): never {
  throw new RangeError(`the practice cluster has no ${what} ${name}`)
}

function taken(what: string, name: string): never {
  throw new RangeError(`the practice cluster has a ${what} ${name} already`)
}
