import type { ControlContext } from './control/context.ts'
import { createKubelet, type Kubelet } from './control/kubelet.ts'
import type { Machine, MachineEvent, MachineEvents, PublishedPort } from './engine/machine.ts'
import { hex } from './ids.ts'
import type { DockerProxy } from './network/docker-proxy.ts'
import type { Fate } from './network/fate.ts'
import { createKubeProxy, type KubeProxy } from './network/kube-proxy.ts'
import type { NodeSpec } from './node-spec.ts'

/** One node: a container of the engine with its published ports, and in it a kubelet and a kube-proxy. */
export interface PracticeNode {
  name: string
  machine: Machine
  kubelet: Kubelet
  kubeProxy: KubeProxy
  /** Creates the container: publishes its ports. */
  create(): Promise<void>
  /** `docker stop`. */
  powerOff(): Promise<void>
  /**
   * `docker start`: the ports are there at once, kubelet and kube-proxy a while later.
   *
   * @param flaw the engine forgets the bindings, or gives the container another address
   */
  powerOn(flaw?: { loses?: 'bindings'; address?: string }): Promise<void>
  /** docker-proxy dies for each of its ports. */
  killProxies(): Promise<void>
  /** The one that it has last, those that the cluster may still know it by before. */
  addresses(): readonly string[]
  remove(): Promise<void>
}

/** Listens at a published port. @param fate what becomes of the next connection behind it */
export type Publish = (listen: { address: string; port: number }, fate: () => Fate) => DockerProxy

export interface NodeSurroundings {
  context: ControlContext
  events: MachineEvents
  publish: Publish
  fate(node: string, port: number): Fate
  /** What becomes of a connection from a node to a pod. */
  reach(from: string, pod: { uid: string; node: string }): Fate
  /** Something that decides about traffic has changed. */
  onChange(): void
  /** kubelet and kube-proxy work again. */
  onBooted(): void
  onNotice(line: string): void
}

export function createNode(
  name: string,
  spec: NodeSpec,
  address: string,
  index: number,
  surroundings: NodeSurroundings,
): PracticeNode {
  const { context, events, fate, publish, reach, onChange, onBooted, onNotice } = surroundings
  const { clock, store, random, delays } = context
  const machine = machineOf(name, spec, address, context)
  let pods = 1
  const podAddress = () => `10.244.${index}.${(pods += 1)}`
  const kubelet = createKubelet(context, { name, address }, podAddress, onChange, (pod) => reach(name, pod))
  const kubeProxy = createKubeProxy({ node: name, store, clock, random, syncMs: delays.proxySyncMs, onSync: onChange })
  const proxies = new Map<PublishedPort, DockerProxy>()
  const addresses = [address]
  let booting: (() => void) | null = null

  const happen = (action: MachineEvent['action']) => events.emit('event', { machine, action, at: clock.now() })
  const unsubscribe = store.subscribe(({ resource }) => {
    if (resource === 'pods') queueMicrotask(kubelet.sync)
  })
  const listen = async () => {
    for (const proxy of proxies.values()) await proxy.start()
  }
  const unlisten = async () => {
    for (const proxy of proxies.values()) await proxy.stop()
  }

  return {
    name,
    machine,
    kubelet,
    kubeProxy,
    async create() {
      for (const port of machine.ports) {
        const at = { address: port.listenAddress, port: port.hostPort }
        const proxy = publish(at, () => fate(name, port.containerPort))
        try {
          port.hostPort = await proxy.start()
          proxies.set(port, proxy)
          if (at.port !== 0 && port.hostPort !== at.port)
            onNotice(
              `Host port ${at.port} is in use on this machine: port ${port.hostPort} is mapped to ${port.containerPort} instead.`,
            )
        } catch (error) {
          if (!Error.isError(error) || (error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
          onNotice(`this machine has no ${port.listenAddress}: port ${port.hostPort} is not published there`)
        }
      }
      machine.ports = [...proxies.keys()]
      happen('start')
    },
    async powerOff() {
      booting?.()
      Object.assign(machine, { running: false, exitCode: 137, finishedAt: clock.now() })
      kubelet.powerOff()
      onChange()
      await unlisten()
      for (const action of ['kill', 'die', 'stop'] as const) happen(action)
    },
    async powerOn({ loses, address: moved } = {}) {
      machine.unheard = loses === 'bindings' ? 'bindings_lost' : null
      if (machine.unheard === null) await listen()
      if (moved !== undefined) addresses.push((machine.address = moved))
      Object.assign(machine, { running: true, exitCode: 0, startedAt: clock.now() })
      happen('start')
      kubeProxy.boot(delays.nodeStartMs)
      booting = clock.after(delays.nodeStartMs, () => {
        kubelet.powerOn()
        if (moved === undefined) onBooted()
      })
      onChange()
    },
    async killProxies() {
      machine.unheard = 'proxy_dead'
      await unlisten()
      onChange()
    },
    addresses: () => addresses,
    async remove() {
      booting?.()
      unsubscribe()
      kubeProxy.stop()
      kubelet.powerOff()
      await unlisten()
    },
  }
}

function machineOf(name: string, spec: NodeSpec, address: string, { clock, random }: ControlContext): Machine {
  const now = clock.now()
  return {
    id: hex(random, 64),
    name,
    role: spec.role,
    address,
    running: true,
    exitCode: 0,
    createdAt: now,
    startedAt: now,
    finishedAt: 0,
    unheard: null,
    ports: (spec.ports ?? []).map(({ containerPort, hostPort, listenAddress = '127.0.0.1' }) => ({
      containerPort,
      listenAddress,
      hostPort,
    })),
  }
}
