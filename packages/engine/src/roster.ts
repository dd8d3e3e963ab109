import { isDeepStrictEqual } from 'node:util'
import { type EngineInfo, isClusterName, type NodeContainer, type Observation } from '@portolan/core'
import { PROVIDERS } from './providers/index.ts'
import type { ClusterNode, EngineEvent } from './engine.ts'

/** What was reported of each cluster, so that only what is new is reported. Every observation goes to each cluster it touches. */
export interface Roster {
  connected(info: EngineInfo, at: number): void
  /** Told once, until `connected`. */
  lost(reason: string, at: number): void
  /**
   * Takes in a list of all nodes.
   *
   * @returns those of clusters that are reported, by the names that these have here
   */
  update(nodes: ClusterNode[], at: number): ClusterNode[]
  /** The context that leads to the cluster, as the tool that made it names it; null for a cluster that is not there. */
  contextOf(cluster: string): string | null
  /** A container that died is told as stopped at once: Docker lets nobody inspect it until its stop is through. */
  happened(event: EngineEvent, at: number): void
}

export function createRoster(options: {
  onObservation(cluster: string, observation: Observation, at: number): void
  onClusters(names: string[]): void
  onRefused(container: string, label: string): void
}): Roster {
  const clusters = new Map<string, NodeContainer[]>()
  const contexts = new Map<string, string>()
  const refused = new Set<string>()
  let engine: EngineInfo | null = null
  let lost: { reason: string; at: number } | null = null
  let announced = false

  const tellAll = (observation: Observation, at: number) => {
    for (const cluster of clusters.keys()) options.onObservation(cluster, observation, at)
  }

  function announce(found: Map<string, NodeContainer[]>, at: number): void {
    const gone = [...clusters.keys()].filter((name) => !found.has(name))
    const added = [...found.keys()].filter((name) => !clusters.has(name))
    if (announced && gone.length === 0 && added.length === 0) return
    announced = true
    for (const name of gone) {
      options.onObservation(name, { kind: 'containers', containers: [] }, at)
      clusters.delete(name)
    }
    for (const name of added) clusters.set(name, [])
    options.onClusters([...clusters.keys()].sort())
    for (const name of added)
      if (engine !== null) options.onObservation(name, { kind: 'engine', status: 'connected', engine }, at)
  }

  /** Labels come with images: one that names no cluster makes none. Each is reported once, up to a bound. */
  function isNamed({ cluster, container }: ClusterNode): boolean {
    if (isClusterName(cluster)) return true
    if (refused.has(cluster) || refused.size >= MOST_REFUSED) return false
    refused.add(cluster)
    options.onRefused(container.name, cluster)
    return false
  }

  function tellContainers(cluster: string, containers: NodeContainer[], at: number): void {
    if (isDeepStrictEqual(containers, clusters.get(cluster))) return
    clusters.set(cluster, containers)
    options.onObservation(cluster, { kind: 'containers', containers }, at)
  }

  return {
    connected(info, at) {
      const changed = lost !== null || !isDeepStrictEqual(info, engine)
      if (lost !== null) tellAll({ kind: 'gap', scope: 'engine', from: lost.at, to: at, reason: lost.reason }, at)
      lost = null
      engine = info
      if (changed) tellAll({ kind: 'engine', status: 'connected', engine: info }, at)
    },

    lost(reason, at) {
      if (lost !== null) return
      lost = { reason, at }
      tellAll({ kind: 'engine', status: 'lost', reason }, at)
    },

    update(nodes, at) {
      const all = Map.groupBy(apart(nodes.filter(isNamed)), ({ cluster }) => cluster)
      const found = new Map([...all].filter(([, members]) => members.some(isNode)))
      contexts.clear()
      for (const [name, [node]] of found) if (node !== undefined) contexts.set(name, node.context)
      const containers = new Map([...found].map(([name, members]) => [name, sorted(members)]))
      announce(containers, at)
      for (const [name, members] of containers) tellContainers(name, members, at)
      return [...found.values()].flat()
    },

    contextOf: (cluster) => contexts.get(cluster) ?? null,

    happened({ id, action, exitCode, at: happenedAt }, at) {
      for (const [cluster, containers] of clusters) {
        const container = containers.find((one) => one.id === id)
        if (container === undefined) continue
        options.onObservation(cluster, { kind: 'container', name: container.name, action, exitCode }, happenedAt)
        if (action !== 'die' || happenedAt < container.startedAt) continue
        tellContainers(
          cluster,
          containers.map((one) => (one === container ? stopped(one) : one)),
          at,
        )
      }
    },
  }
}

/** A balancer may be left when its cluster is gone. */
function isNode({ container }: ClusterNode): boolean {
  return container.role !== 'balancer'
}

const MOST_REFUSED = 100

/** Where two tools have a cluster of the same name, that of the second is called after its tool as well. */
function apart(nodes: readonly ClusterNode[]): ClusterNode[] {
  const owners = new Map<string, ClusterNode['provider']>()
  for (const { name } of PROVIDERS) {
    for (const { cluster, provider } of nodes) {
      if (provider === name && !owners.has(cluster)) owners.set(cluster, provider)
    }
  }
  return nodes.map((node) =>
    owners.get(node.cluster) === node.provider ? node : { ...node, cluster: `${node.provider}-${node.cluster}` },
  )
}

function stopped(container: NodeContainer): NodeContainer {
  return { ...container, state: 'exited', addresses: [], bindings: [] }
}

function sorted(members: ClusterNode[]): NodeContainer[] {
  return members.map(({ container }) => container).sort((a, b) => a.name.localeCompare(b.name))
}
