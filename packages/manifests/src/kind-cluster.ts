import {
  type Binding,
  type ClusterNetwork,
  mappingName,
  type NodeContainer,
  type NodeSnapshot,
  type Taint,
} from '@portolan/core'
import { type Parsed, parseChunk, splitDocuments } from './document.ts'
import { type KubeadmPatch, readKubeadmJsonPatch, readKubeadmPatch } from './kubeadm-patch.ts'
import { type KindConfig, type KindNode, kindConfig } from './kind-schema.ts'
import { type FileWarning, placeKey, type Places } from './place.ts'
import type { Findings } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import type { Source } from './source.ts'

/** The cluster that kind will make of a config. */
export interface KindCluster {
  name: string
  network: ClusterNetwork
  nodes: NodeSnapshot[]
  containers: NodeContainer[]
  places: Places
  warnings: FileWarning[]
}

export interface KindOptions {
  /** `amd64`, `arm64`: that of the machine that will run the nodes. */
  arch: string
}

/** @returns null, with the faults among the problems, for a file that kind would refuse */
export function readKindCluster(source: Source, options: KindOptions, findings: Findings): KindCluster | null {
  const { problems } = findings
  const [chunk, second] = splitDocuments(source)
  const parsed = chunk === undefined ? null : parseChunk(chunk, findings, 'fault')
  if (chunk === undefined) problems.push({ file: source.name, line: 1, message: 'is empty, not a kind config' })
  if (second !== undefined)
    problems.push({ file: source.name, line: second.line, message: 'a kind config is one document' })
  if (parsed === null) return null
  const read = kindConfig.safeParse(parsed.value)
  if (read.success) return clusterOf(read.data, parsed, options)
  problems.push(...schemaProblems(read.error, parsed))
  return null
}

function clusterOf(config: KindConfig, parsed: Parsed, options: KindOptions): KindCluster {
  const members = config.nodes && config.nodes.length > 0 ? config.nodes : [{ role: 'control-plane' as const }]
  const cluster: KindCluster = {
    name: config.name,
    network: networkOf(config),
    nodes: [],
    containers: [],
    places: new Map(),
    warnings: [],
  }
  const counts = { 'control-plane': 0, worker: 0 }
  members.forEach((member: KindNode, index) => {
    counts[member.role] += 1
    const count = counts[member.role]
    const name = `${config.name}-${member.role}${count === 1 ? '' : count}`
    const reads = member.role === 'control-plane' && count === 1 ? 'InitConfiguration' : 'JoinConfiguration'
    const own = patchesOf(member)
    const patches = [...patchesOf(config), ...own].filter(({ kind }) => kind === reads)
    const isAlone = members.length === 1
    cluster.nodes.push(nodeOf(name, member, patches, isAlone, options))
    cluster.containers.push(containerOf(name, member, config.networking?.ipFamily === 'ipv6' ? '::' : '0.0.0.0'))
    locate(cluster.places, parsed, name, member, config.nodes ? index : null)
    cluster.warnings.push(...ignoredLabels(parsed, index, name, own, reads), ...randomPorts(parsed, index, member))
  })
  return cluster
}

/** Source: kind, "Configuration", "Networking". */
function networkOf({ networking }: KindConfig): ClusterNetwork {
  return {
    family: networking?.ipFamily ?? 'ipv4',
    hasPodNetwork: !(networking?.disableDefaultCNI ?? false),
    proxyMode: networking?.kubeProxyMode ?? 'iptables',
    nodePortAddresses: [],
    nodePortRange: { first: 30000, last: 32767 },
  }
}

/** In the order in which kind applies them: JSON patches after the others. */
function patchesOf(given: Pick<KindNode, 'kubeadmConfigPatches' | 'kubeadmConfigPatchesJSON6902'>): KubeadmPatch[] {
  return [
    ...(given.kubeadmConfigPatches ?? []).map(readKubeadmPatch),
    ...(given.kubeadmConfigPatchesJSON6902 ?? []).map(readKubeadmJsonPatch),
  ].filter((patch) => patch !== null)
}

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'

/**
 * Labels and taints as kind sets them: the first control plane is made from an InitConfiguration and every other node
 * from a JoinConfiguration, whose `node-labels` replace what `labels` says; only a node that is alone loses its taint.
 *
 * Source: kind, "Configuration" and actions/kubeadminit.
 */
function nodeOf(
  name: string,
  member: KindNode,
  patches: KubeadmPatch[],
  isAlone: boolean,
  { arch }: KindOptions,
): NodeSnapshot {
  const isControl = member.role === 'control-plane'
  const taints: Taint[] = isControl ? [{ key: CONTROL_PLANE, value: '', effect: 'NoSchedule' }] : []
  const patched = patches.findLast((patch) => patch.taints !== null)?.taints ?? taints
  const labels = patches.findLast((patch) => patch.labels !== null)?.labels ?? member.labels ?? {}
  return {
    kind: 'Node',
    namespace: '',
    name,
    uid: name,
    resourceVersion: '',
    createdAt: 0,
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': arch,
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': arch,
      ...(isControl ? { [CONTROL_PLANE]: '' } : {}),
      ...labels,
    },
    taints: isAlone ? patched.filter(({ key }) => key !== CONTROL_PLANE) : patched,
    unschedulable: false,
    ready: null,
    addresses: [],
  }
}

function containerOf(name: string, member: KindNode, anyAddress: string): NodeContainer {
  const bindings = (member.extraPortMappings ?? []).map((mapping) => bindingOf(mapping, anyAddress))
  return {
    id: name,
    name,
    role: member.role,
    state: 'created',
    startedAt: 0,
    addresses: [],
    bindings,
    wished: bindings,
  }
}

function bindingOf(mapping: NonNullable<KindNode['extraPortMappings']>[number], anyAddress = '0.0.0.0'): Binding {
  return {
    listenAddress: mapping.listenAddress || anyAddress,
    hostPort: Math.max(0, mapping.hostPort),
    containerPort: mapping.containerPort,
    protocol: mapping.protocol.toLowerCase() as Binding['protocol'],
  }
}

function locate(places: Places, parsed: Parsed, name: string, member: KindNode, index: number | null): void {
  const add = (kind: string, of: string, path: (string | number)[]) =>
    places.set(placeKey({ kind, namespace: '', name: of }), { chunk: parsed.chunk, line: parsed.lineAt(path), path })
  if (index === null) return
  add('KindNode', name, ['nodes', index])
  member.extraPortMappings?.forEach((mapping, at) => {
    add('KindMapping', mappingName({ ...bindingOf(mapping), node: name }), ['nodes', index, 'extraPortMappings', at])
  })
}

function ignoredLabels(parsed: Parsed, index: number, name: string, own: KubeadmPatch[], reads: string): FileWarning[] {
  return own
    .filter((patch) => patch.labels !== null && patch.kind !== reads)
    .map((patch) => ({
      cause: 'pod_pending' as const,
      text: `${name} is made from a ${reads}, so the labels of this ${patch.kind} (${Object.keys(patch.labels ?? {}).join(', ')}) never reach it: write ${reads}, or use the node's labels field.`,
      file: parsed.chunk.source.name,
      line: parsed.lineAt(['nodes', index, 'kubeadmConfigPatches']),
    }))
}

function randomPorts(parsed: Parsed, index: number, member: KindNode): FileWarning[] {
  return (member.extraPortMappings ?? []).flatMap((mapping, at) =>
    mapping.hostPort > 0
      ? []
      : [
          {
            cause: 'hostport_random' as const,
            text: `Container port ${mapping.containerPort} gets ${mapping.hostPort === 0 ? 'any free host port when the cluster is created' : 'another host port at each start'}: give it a hostPort.`,
            file: parsed.chunk.source.name,
            line: parsed.lineAt(['nodes', index, 'extraPortMappings', at]),
          },
        ],
  )
}
