import { type Binding, doorOf, mappingName, type RouteSnapshot } from '@portolan/core'
import { DIALECTS } from './dialect.ts'
import { type Chunk, type Parsed, parseChunk } from './document.ts'
import { K3sArguments, networkOf, readLabels, readTaints } from './k3s-arguments.ts'
import { type K3dConfig, k3dConfig } from './k3d-schema.ts'
import { type Filtered, filterNodes, type Fleet } from './node-filter.ts'
import { placeKey } from './place.ts'
import {
  type ClusterOptions,
  MOST_PORTS,
  plannedContainer,
  type PlannedCluster,
  plannedNode,
} from './planned-cluster.ts'
import { readPortSpec } from './port-spec.ts'
import type { Findings } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'

/** As the K3s image has it. */
const TRAEFIK: RouteSnapshot = { kind: 'IngressClass', namespace: '', name: 'traefik', takesUnnamed: true }

/**
 * The cluster that k3d makes of a config.
 *
 * Source: k3d, pkg/config/transform.go and pkg/client/ports.go.
 *
 * @returns null, with the faults among the problems, for a file that k3d would refuse
 */
export function readK3dCluster(chunk: Chunk, options: ClusterOptions, findings: Findings): PlannedCluster | null {
  const parsed = parseChunk(chunk, findings, DIALECTS.kubectl)
  if (parsed === null) return null
  const read = k3dConfig.safeParse(parsed.value)
  if (!read.success) {
    findings.problems.push(...schemaProblems(read.error, parsed))
    return null
  }
  if (lengthOfFilters(read.data) > MOST_FILTERED) {
    const message = `its settings and node filters, each for all of its nodes, are more than ${MOST_FILTERED}`
    findings.problems.push({ file: chunk.source.name, line: 1, message })
    return null
  }
  const faults: { path: (string | number)[]; message: string }[] = []
  const cluster = clusterOf(read.data, parsed, options, (path, message) => faults.push({ path, message }))
  for (const { path, message } of faults) {
    findings.problems.push({ file: chunk.source.name, line: parsed.lineAt(path), message })
  }
  return faults.length > 0 ? null : cluster
}

/** A filter may name every node. */
const MOST_FILTERED = 200_000

/** How many nodes all filters of the config name together at most. */
function lengthOfFilters({ servers, agents, ports, options: { k3s } }: K3dConfig): number {
  const filtered = [...ports, ...k3s.extraArgs, ...k3s.nodeLabels]
  const count = filtered.reduce((sum, { nodeFilters }) => sum + Math.max(1, nodeFilters.length), 0)
  return (count + k3s.extraServerArgs.length + k3s.extraAgentArgs.length) * (servers + agents + 1)
}

type Fault = (path: (string | number)[], message: string) => void

function clusterOf(config: K3dConfig, parsed: Parsed, options: ClusterOptions, fault: Fault): PlannedCluster {
  const name = `k3d-${options.name ?? (config.metadata.name || config.name || 'k3s-default')}`
  const { k3d, k3s } = config.options
  const many = (role: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${role}-${index}`)
  const fleet: Fleet = {
    servers: many('server', config.servers),
    agents: many('agent', config.agents),
    balancer: k3d.disableLoadbalancer === true ? null : `${name}-serverlb`,
  }
  if (config.servers === 0) fault(['servers'], 'servers: a cluster has at least one')
  const given = argumentsOf(k3s, fleet, fault)
  const server = given.get(fleet.servers[0] ?? '') ?? new K3sArguments([])
  const labels = labelsOf(k3s, fleet, fault)
  const network = networkOf(server)
  const cluster: PlannedCluster = {
    name,
    file: parsed.chunk.source.name,
    network: { ...network, apiServer: apiServerOf(config) },
    nodes: [...fleet.servers, ...fleet.agents].map((node) => {
      const own = given.get(node) ?? new K3sArguments([])
      const role = { 'node-role.kubernetes.io/control-plane': 'true' }
      return plannedNode(node, options.arch, {
        labels: {
          ...(fleet.servers.includes(node) ? role : {}),
          ...labels.get(node),
          ...readLabels(own.each('node-label')),
        },
        taints: readTaints(own.each('node-taint')),
      })
    }),
    containers: [],
    backends: new Map(),
    storageClass: 'local-path',
    routes: network.edgePorts.length > 0 ? [TRAEFIK] : [],
    places: new Map(),
    warnings: [],
  }
  const published = publish(config, { fleet, parsed, cluster }, fault)
  cluster.containers = [
    ...fleet.servers.map((node) => plannedContainer(node, 'control-plane', published.get(node) ?? [])),
    ...fleet.agents.map((node) => plannedContainer(node, 'worker', published.get(node) ?? [])),
    ...(fleet.balancer === null
      ? []
      : [plannedContainer(fleet.balancer, 'balancer', published.get(fleet.balancer) ?? [])]),
  ]
  return cluster
}

function apiServerOf({ kubeAPI: { hostIP, hostPort } }: K3dConfig) {
  const port = Number(hostPort)
  return Number.isInteger(port) && port > 0 ? { address: hostIP || '0.0.0.0', port } : null
}

/** Every port of a config on the container that publishes it. */
function publish(
  { ports }: K3dConfig,
  { fleet, parsed, cluster }: { fleet: Fleet; parsed: Parsed; cluster: PlannedCluster },
  fault: Fault,
): Map<string, Binding[]> {
  const published = new Map<string, Binding[]>()
  let count = 0
  for (const [index, { port, nodeFilters }] of ports.entries()) {
    const path = ['ports', index]
    const bindings = readPortSpec(port)
    if (bindings === null) {
      fault([...path, 'port'], `ports.${index}.port: expected a port such as 8080:80 or 127.0.0.1:8080:80/udp`)
      continue
    }
    count += bindings.length
    if (count > MOST_PORTS) {
      fault([...path, 'port'], `ports.${index}.port: with this one it publishes more than ${MOST_PORTS} ports`)
      break
    }
    for (const { suffix, nodes } of targetsOf(nodeFilters, fleet, (message) =>
      fault(path, `ports.${index}: ${message}`),
    )) {
      const holder = suffix === 'direct' ? nodes[0] : fleet.balancer
      if (holder === undefined || holder === null) continue
      published.getOrInsertComputed(holder, () => []).push(...bindings)
      const line = parsed.lineAt(path)
      for (const binding of bindings) {
        const door = doorOf(holder, binding)
        if (suffix === 'proxy') {
          const before = cluster.backends.get(door)
          cluster.backends.set(door, before === undefined ? nodes : [...new Set([...before, ...nodes])])
        }
        cluster.places.set(
          placeKey({ kind: 'KindMapping', namespace: '', name: mappingName({ ...binding, node: holder }) }),
          { chunk: parsed.chunk, line, path: [...parsed.root, ...path], isCompact: true },
        )
      }
    }
  }
  return published
}

/** Through the balancer to all nodes, unless the filters say otherwise. */
const DEFAULT = ['servers:*:proxy', 'agents:*:proxy']

function targetsOf(filters: readonly string[], fleet: Fleet, fault: (message: string) => void): Filtered[] {
  const isDefault = filters.length === 0 || filters.some((one) => one.startsWith('loadbalancer'))
  const found: Filtered[] = []
  for (const filter of isDefault ? DEFAULT : filters) {
    try {
      // As k3d reads what was written for its version 4.
      found.push(filterNodes(filter.replace('[', ':').replace(']', ''), fleet))
    } catch (error) {
      fault(Error.isError(error) ? error.message : String(error))
      return []
    }
  }
  const nodesBy = (suffix: Filtered['suffix']) => [
    ...new Set(found.filter((one) => one.suffix === suffix).flatMap(({ nodes }) => nodes)),
  ]
  const [proxied, direct] = [nodesBy('proxy'), nodesBy('direct')]
  if (direct.length > 1) fault(`k3d publishes a port directly on one node, and these filters name ${direct.length}`)
  if (proxied.length > 0 && fleet.balancer === null) {
    fault('the port is led through the load balancer, which is disabled: name a node, as server:0:direct does')
  }
  if (fleet.balancer !== null && proxied.includes(fleet.balancer)) {
    fault('the load balancer cannot lead to itself: name servers or agents')
  }
  return [
    ...(proxied.length > 0 ? [{ nodes: proxied, suffix: 'proxy' as const }] : []),
    ...(direct.length > 0 ? [{ nodes: direct, suffix: 'direct' as const }] : []),
  ]
}

type K3sOptions = K3dConfig['options']['k3s']

function argumentsOf(k3s: K3sOptions, fleet: Fleet, fault: Fault): Map<string, K3sArguments> {
  const words = new Map<string, string[]>()
  const add = (nodes: readonly string[], ...args: string[]) => {
    for (const node of nodes) words.getOrInsertComputed(node, () => []).push(...args)
  }
  add(fleet.servers, ...k3s.extraServerArgs)
  add(fleet.agents, ...k3s.extraAgentArgs)
  for (const [index, { arg, nodeFilters }] of k3s.extraArgs.entries()) {
    add(settingNodes(nodeFilters, fleet, ['options', 'k3s', 'extraArgs', index], fault), arg)
  }
  return new Map(Array.from(words, ([node, all]) => [node, new K3sArguments(all)]))
}

function labelsOf({ nodeLabels }: K3sOptions, fleet: Fleet, fault: Fault): Map<string, Record<string, string>> {
  const texts = new Map<string, string[]>()
  for (const [index, { label, nodeFilters }] of nodeLabels.entries()) {
    for (const node of settingNodes(nodeFilters, fleet, ['options', 'k3s', 'nodeLabels', index], fault)) {
      texts.getOrInsertComputed(node, () => []).push(label)
    }
  }
  return new Map(Array.from(texts, ([node, all]) => [node, readLabels(all)]))
}

/** Without a filter a setting is for the only node; k3d refuses it where there are several. */
function settingNodes(filters: readonly string[], fleet: Fleet, path: (string | number)[], fault: Fault): string[] {
  const count = fleet.servers.length + fleet.agents.length + (fleet.balancer === null ? 0 : 1)
  const say = (message: string) => fault(path, `${path.join('.')}: ${message}`)
  if (filters.length === 0) {
    if (count > 1) say('k3d asks for nodeFilters here, since there is more than one node')
    return [...fleet.servers]
  }
  try {
    return filters.flatMap((filter) => filterNodes(filter.replace('[', ':').replace(']', ''), fleet).nodes)
  } catch (error) {
    say(Error.isError(error) ? error.message : String(error))
    return []
  }
}
