import { isDeepStrictEqual } from 'node:util'
import { readWithin, within } from '@portolan/base'
import {
  type BalancedPort,
  type Clock,
  MOST_BACKENDS,
  MOST_BALANCED_PORTS,
  type NodeContainer,
  type Observation,
} from '@portolan/core'
import { request } from 'undici'
import type { ClusterNode, Engine } from '../engine.ts'
import { createRefresher } from '../refresher.ts'

/** Asks the balancers in front of the nodes where they lead. */
export interface BalancerWatch {
  /** These are the containers of all clusters now. */
  look(nodes: readonly ClusterNode[]): void
  stop(): void
}

/** `k3d node create` writes a balancer's file anew, and health changes by itself: no event says so. */
const EVERY_MS = 3000
const ANSWER_MS = 2000
const MOST_BYTES = 1024 * 1024
/** So many of them are asked. */
const MOST = 64

export function createBalancerWatch(options: {
  engine: Pick<Engine, 'readFile'>
  /** Addresses of containers are inside of a virtual machine. */
  desktop: boolean
  clock: Clock
  signal: AbortSignal
  onObservation(cluster: string, observation: Observation, at: number): void
}): BalancerWatch {
  const { engine, desktop, clock, signal, onObservation } = options
  const known = new Map<string, Observation>()
  let balancers: ClusterNode[] = []
  const refresher = createRefresher(clock, 0, async () => {
    await Promise.all(balancers.map(ask))
  })
  let cancel = clock.after(EVERY_MS, again)

  function again(): void {
    if (balancers.length > 0) refresher.request()
    cancel = clock.after(EVERY_MS, again)
  }

  async function ask(node: ClusterNode): Promise<void> {
    const { cluster, balancer, container } = node
    const ports = await read(node)
    if (ports === null || balancer === undefined || signal.aborted) return
    const observed: Observation = { kind: 'balancer', name: container.name, program: balancer.source.program, ports }
    const key = `${cluster} ${container.id}`
    if (isDeepStrictEqual(known.get(key), observed)) return
    known.set(key, observed)
    onObservation(cluster, observed, clock.now())
  }

  /** What cannot be had now stays as it is known. */
  async function read({ balancer, container }: ClusterNode): Promise<BalancedPort[] | null> {
    if (balancer === undefined) return null
    const { source, published } = balancer
    const { from } = source
    try {
      const text = await within(clock, ANSWER_MS, signal, (inTime) =>
        'file' in from
          ? engine.readFile(container.id, from.file, inTime)
          : fetchText(authorityOf(container, published, from.port), from.path, inTime),
      )
      return text === null ? null : bounded(source.read(text))
    } catch {
      return null
    }
  }

  function authorityOf({ addresses: [address] }: NodeContainer, published: number | null, port: number): string | null {
    if (desktop) return published === null ? null : `127.0.0.1:${published}`
    if (address === undefined) return null
    return `${address.includes(':') ? `[${address}]` : address}:${port}`
  }

  return {
    look(nodes) {
      balancers = nodes
        .filter(({ balancer, container }) => balancer !== undefined && container.state === 'running')
        .slice(0, MOST)
      const names = new Set(nodes.map(({ cluster, container }) => `${cluster} ${container.id}`))
      for (const key of known.keys()) if (!names.has(key)) known.delete(key)
      if (balancers.length > 0) refresher.request()
    },
    stop() {
      cancel()
      refresher.stop()
    },
  }
}

/** As much as can be handed on. */
function bounded(ports: BalancedPort[] | null): BalancedPort[] | null {
  if (ports === null) return null
  return ports
    .slice(0, MOST_BALANCED_PORTS)
    .map((port) => ({ ...port, backends: port.backends.slice(0, MOST_BACKENDS) }))
}

async function fetchText(authority: string | null, path: string, signal: AbortSignal): Promise<string | null> {
  if (authority === null) return null
  const { statusCode, body } = await request(`http://${authority}${path}`, { signal })
  const bytes = await readWithin(body, MOST_BYTES)
  return statusCode === 200 ? bytes.toString() : null
}
