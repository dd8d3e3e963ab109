import {
  type Binding,
  type ClusterNetwork,
  mappingName,
  type NodeContainer,
  type NodeSnapshot,
  type Taint,
} from '@portolan/core'
import { DIALECTS } from './dialect.ts'
import { ctlptlConfig, type FoundConfig } from './config-in.ts'
import { type Parsed, parseChunk } from './document.ts'
import { type KindFault, kindFaults } from './kind-rules.ts'
import { isRecord } from './json-patch.ts'
import { type KindConfig, type KindMapping, type KindNode, kindConfig, loneNode } from './kind-schema.ts'
import {
  configureNode,
  type KubeadmPatch,
  kubeletTaints,
  lengthOfPatches,
  minorOf,
  patchesOf,
  registrationOf,
  servedBy,
} from './kubeadm.ts'
import { type FileWarning, placeKey, type Places } from './place.ts'
import {
  type ClusterOptions,
  MOST_PORTS,
  plannedContainer,
  type PlannedCluster,
  plannedNode,
} from './planned-cluster.ts'
import type { FileNote, Findings } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'

/** @returns null, with the faults among the problems, for a file that kind would refuse */
export function readKindCluster(
  { chunk, name: written, isOfCtlptl }: FoundConfig,
  options: ClusterOptions,
  findings: Findings,
): PlannedCluster | null {
  const fault = (line: number, message: string) => findings.problems.push({ file: chunk.source.name, line, message })
  const document = parseChunk(chunk, findings, DIALECTS.kind)
  const parsed = document !== null && isOfCtlptl ? ctlptlConfig(document, fault) : document
  if (parsed === null) return null
  if (!isRecord(parsed.value)) {
    fault(parsed.lineAt([]), 'is not a kind config: expected an object with kind: Cluster')
    return null
  }
  const read = kindConfig.safeParse(parsed.value)
  if (!read.success) {
    findings.problems.push(...schemaProblems(read.error, parsed))
    return null
  }
  if (lengthOfPatches(read.data) > MOST_OF_PATCHES) {
    fault(
      1,
      `its kubeadm patches, each for all nodes that it is meant for, are longer than ${MOST_OF_PATCHES} characters`,
    )
    return null
  }
  if (read.data.nodes.reduce((sum, node) => sum + (node?.extraPortMappings.length ?? 0), 0) > MOST_PORTS) {
    fault(1, `its extraPortMappings are more than ${MOST_PORTS}`)
    return null
  }
  const name = options.name ?? written ?? options.kindName ?? (read.data.name || 'kind')
  const faults: KindFault[] = kindFaults(read.data, name)
  const made = clusterOf({ ...read.data, name }, parsed, options, faults)
  for (const { path, message } of faults) fault(parsed.lineAt(path), message)
  if (faults.length > 0) return null
  findings.notes.push(...made.notes)
  return made.cluster
}

/** Source: kind, pkg/internal/apis/config/default.go. */
function apiServerOf({ apiServerPort: port, apiServerAddress, ipFamily }: KindConfig['networking']) {
  const address = apiServerAddress || (ipFamily === 'ipv6' ? '::1' : '127.0.0.1')
  return port > 0 ? { address, port } : null
}

/** Each node is configured with all of its patches, one after the other. */
const MOST_OF_PATCHES = 200_000

/** A member of the cluster, with its place among the nodes of the config; a lone default has none. */
type Member = readonly [index: number | null, node: KindNode]

function clusterOf(config: KindConfig, parsed: Parsed, options: ClusterOptions, faults: KindFault[]) {
  const written = config.nodes.flatMap((node, index): Member[] => (node === null ? [] : [[index, node]]))
  const members: Member[] = written.length > 0 ? written : [[null, loneNode()]]
  const { networking } = config
  const ofCluster = patchesOf(config, [], faults)
  const network: ClusterNetwork = {
    family: networking.ipFamily,
    hasPodNetwork: !networking.disableDefaultCNI,
    proxyMode: networking.kubeProxyMode,
    nodePortAddresses: [],
    apiServer: apiServerOf(networking),
    servesBalancers: false,
    edgePorts: [],
    nodePortRange: { first: 30000, last: 32767 },
    serviceRanges: [],
  }
  const cluster: PlannedCluster = {
    name: config.name,
    file: parsed.chunk.source.name,
    network,
    nodes: [],
    containers: [],
    backends: new Map(),
    routes: [],
    storageClass: 'standard',
    places: new Map(),
    warnings: [],
  }
  const skipped = new Map<KubeadmPatch, number>()
  const notes: FileNote[] = []
  const note = (path: (string | number)[], text: string) =>
    notes.push({ file: parsed.chunk.source.name, line: parsed.lineAt(path), text })
  const counts = { 'control-plane': 0, worker: 0 }
  const planned: [name: string, member: KindNode, registration: Registration][] = []
  let ofKubelet: Taint[] = []
  for (const [index, member] of members) {
    counts[member.role] += 1
    const count = counts[member.role]
    const isFirst = member.role === 'control-plane' && count === 1
    const reads = isFirst ? 'InitConfiguration' : 'JoinConfiguration'
    const own = index === null ? [] : patchesOf(member, ['nodes', index], faults)
    const configured = configureNode(config, member, [ofCluster, own], faults)
    const registration = registrationOf(configured, reads)
    const name = registration.name || `${config.name}-${member.role}${count === 1 ? '' : count}`
    if (isFirst) {
      const [path] = ofCluster.map((patch) => patch.path)
      const served = servedBy(configured, (message) => faults.push({ path: own[0]?.path ?? path ?? [], message }))
      Object.assign(network, served)
      ofKubelet = kubeletTaints(configured)
    }
    planned.push([name, member, registration])
    cluster.containers.push(containerOf(name, member, networking.ipFamily === 'ipv6' ? '::' : '0.0.0.0'))
    for (const patch of configured.unmet) skipped.set(patch, (skipped.get(patch) ?? 0) + 1)
    if (index === null) continue
    locate(cluster.places, parsed, name, member, index)
    const met = own.filter((patch) => !configured.unmet.includes(patch))
    cluster.warnings.push(...ignoredLabels(parsed, name, met, reads), ...randomPorts(parsed, index, member))
    for (const { kind, path } of isFirst ? [] : met.filter(({ kind }) => OF_FIRST.has(kind))) {
      note(path, `kubeadm reads the ${kind} of the first control plane alone: this patch of ${name} changes nothing.`)
    }
  }
  const isAlone = members.length === 1
  cluster.nodes.push(...planned.map((one) => nodeOf(...one, ofKubelet, isAlone, options)))
  for (const [patch, times] of skipped) {
    const isOfNode = patch.path[0] === 'nodes'
    if (!isOfNode && times < members.length) continue
    const what = [patch.apiVersion, patch.kind].filter((word) => word !== '').join(', ') || 'without a kind'
    const text = `kind skips this patch (${what}): it writes no such document. Kind and apiVersion have to match.`
    if (patch.labels === null) note(patch.path, text)
    else cluster.warnings.push(lostLabels(parsed, patch, text))
  }
  return { cluster, notes }
}

type Registration = ReturnType<typeof registrationOf>

const OF_FIRST = new Set(['ClusterConfiguration', 'KubeProxyConfiguration', 'KubeletConfiguration'])

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'
const MASTER = 'node-role.kubernetes.io/master'

/**
 * Labels and taints as kind sets them: the first control plane is made from an InitConfiguration and every other node
 * from a JoinConfiguration, whose `node-labels` replace what `labels` says; only a node that is alone loses its taint. The
 * kubelet takes taints from a flag, which kubeadm gives to workers alone, or else from the KubeletConfiguration of the cluster.
 *
 * Source: kind, "Configuration" and actions/kubeadminit; kubeadm, app/phases/kubelet/flags.go.
 */
function nodeOf(
  name: string,
  member: KindNode,
  { labels, taints, moreTaints }: Registration,
  ofKubelet: readonly Taint[],
  isAlone: boolean,
  { arch }: ClusterOptions,
): NodeSnapshot {
  const marks = member.role === 'control-plane' ? controlPlaneMarks(minorOf(member.image)) : { labels: [], taints: [] }
  const plain = marks.taints.map((key): Taint => ({ key, value: '', effect: 'NoSchedule' }))
  const isByFlag = moreTaints.length > 0 || (member.role === 'worker' && (taints ?? []).length > 0)
  const patched = [...(taints ?? plain), ...moreTaints, ...(isByFlag ? [] : ofKubelet)]
  return plannedNode(name, arch, {
    labels: { ...Object.fromEntries(marks.labels.map((key) => [key, ''])), ...labels },
    taints: isAlone ? patched.filter(({ key }) => key !== CONTROL_PLANE && key !== MASTER) : patched,
  })
}

/**
 * What kubeadm marks a control plane with, by the minor version of Kubernetes.
 *
 * Source: Kubernetes, "kubeadm: rename of the master label and taint" (KEP-2067).
 */
function controlPlaneMarks(minor: number): { labels: string[]; taints: string[] } {
  return {
    labels: [...(minor < 24 ? [MASTER] : []), ...(minor < 20 ? [] : [CONTROL_PLANE])],
    taints: [...(minor < 25 ? [MASTER] : []), ...(minor < 24 ? [] : [CONTROL_PLANE])],
  }
}

function containerOf(name: string, member: KindNode, anyAddress: string): NodeContainer {
  return plannedContainer(
    name,
    member.role,
    mappingsOf(member).map(([, mapping]) => bindingOf(mapping, anyAddress)),
  )
}

function mappingsOf({ extraPortMappings }: KindNode): [number, KindMapping][] {
  return extraPortMappings.flatMap((mapping, at): [number, KindMapping][] => (mapping === null ? [] : [[at, mapping]]))
}

function bindingOf(mapping: KindMapping, anyAddress = '0.0.0.0'): Binding {
  return {
    listenAddress: mapping.listenAddress || anyAddress,
    hostPort: Math.max(0, mapping.hostPort),
    containerPort: mapping.containerPort,
    protocol: mapping.protocol.toLowerCase() as Binding['protocol'],
  }
}

function locate(places: Places, parsed: Parsed, name: string, member: KindNode, index: number): void {
  const add = (kind: string, of: string, path: (string | number)[]) =>
    places.set(placeKey({ kind, namespace: '', name: of }), {
      chunk: parsed.chunk,
      line: parsed.lineAt(path),
      path: [...parsed.root, ...path],
    })
  add('KindNode', name, ['nodes', index])
  for (const [at, mapping] of mappingsOf(member)) {
    add('KindMapping', mappingName({ ...bindingOf(mapping), node: name }), ['nodes', index, 'extraPortMappings', at])
  }
}

function ignoredLabels(parsed: Parsed, name: string, own: KubeadmPatch[], reads: string): FileWarning[] {
  return own
    .filter((patch) => patch.labels !== null && patch.kind !== reads)
    .map((patch) =>
      lostLabels(
        parsed,
        patch,
        `${name} is made from a ${reads}, so the labels of this ${patch.kind} (${Object.keys(patch.labels ?? {}).join(', ')}) never reach it: write ${reads}, or use the node's labels field.`,
      ),
    )
}

function lostLabels(parsed: Parsed, { path }: KubeadmPatch, text: string): FileWarning {
  return { cause: 'pod_pending', text, file: parsed.chunk.source.name, line: parsed.lineAt(path) }
}

function randomPorts(parsed: Parsed, index: number, member: KindNode): FileWarning[] {
  return mappingsOf(member).flatMap(([at, mapping]) =>
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
