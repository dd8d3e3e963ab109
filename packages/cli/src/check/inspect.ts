import { availableParallelism, totalmem } from 'node:os'
import { type EditRemedy, type ObjectRef, preflight } from '@portolan/core'
import {
  diffOf,
  explainVariables,
  type Findings,
  type PlannedCluster,
  type Manifests,
  mayHoldConfig,
  placeKey,
  type Places,
  type Problem,
  readCluster,
  readManifests,
  type Reading,
  readSources,
  TERRAFORM,
  terraformClusterIn,
} from '@portolan/manifests'
import type { CheckDocument, CheckRemedy } from '@portolan/wire'
import { encodeCheckedPort } from './checked-port.ts'
import { foreignNodes } from './foreign-nodes.ts'
import { rivalries } from './rivalries.ts'

export interface CheckInput {
  kindConfigs: string[]
  /** Files, folders and `-`. */
  manifests: string[]
  reading: Reading
  /** As given to `kind create cluster`; null: those of the configs. */
  name: string | null
  /** The same by the environment, which only kind heeds. */
  kindName: string | null
  /** As Kubernetes calls it: `amd64`, `arm64`. */
  arch: string
  /** Does anything hand out addresses to Services of type LoadBalancer? null: go by the files. */
  loadBalancers: boolean | null
}

/** Reads everything and says of every host port what will become of it. Faults in the files come as problems. */
export async function inspect({
  kindConfigs,
  manifests,
  reading,
  name,
  kindName,
  arch,
  loadBalancers,
}: CheckInput): Promise<CheckDocument> {
  const configs = await readSources(kindConfigs, { ...reading, render: null })
  const files = await readSources(manifests, reading)
  const findings: Findings = {
    problems: [...configs.problems, ...files.problems],
    notes: [...configs.notes, ...files.notes],
    unread: files.unread,
    patching: files.patching,
    changes: files.changes,
  }
  const chosen = configs.sources.filter(({ from, text }) => from === 'user' || mayHoldConfig(text))
  if (chosen.length === 0 && findings.problems.length === 0) findings.problems.push(await withoutConfig(kindConfigs))
  const clusters = chosen.flatMap((source) => readCluster(source, { arch, name, kindName }, findings) ?? [])
  const read = readManifests(
    files.sources,
    findings,
    clusters.map(({ storageClass }) => storageClass),
  )
  explainVariables([...configs.sources, ...files.sources], findings)
  const objects = {
    ...read,
    unread: findings.unread,
    patching: findings.patching,
    loadBalancers: loadBalancers ?? read.loadBalancers,
  }
  const labels = labelsOf(clusters, findings)
  findings.notes.push(...foreignNodes(clusters, read))
  const checked = clusters.map((cluster, index) => checkCluster(cluster, labels[index] ?? cluster.name, objects))
  const ports = checked.flatMap((one) => one.ports)
  const names = new Map(clusters.map((cluster, index) => [labels[index] ?? '', cluster.name]))
  return {
    clusters: clusters.map(({ nodes }, index) => ({
      name: labels[index] ?? '',
      nodes: nodes.map((node) => node.name),
    })),
    ports,
    warnings: [...checked.flatMap(({ warnings }) => warnings), ...rivalries(ports, names)],
    problems: findings.problems.toSorted(byPlace),
    notes: findings.notes.toSorted(byPlace),
  }
}

/** Of folders that hold no config. */
async function withoutConfig([folder = '', ...more]: readonly string[]): Promise<Problem> {
  const file = await terraformClusterIn([folder, ...more])
  if (file !== null) return { file, line: 1, message: TERRAFORM }
  return { file: folder, line: 1, message: 'holds no config of kind or k3d' }
}

function byPlace(a: { file: string; line: number }, b: { file: string; line: number }): number {
  return a.file.localeCompare(b.file) || a.line - b.line
}

/** Clusters of one name are distinguished by their files: they are other ways to make the same cluster. */
function labelsOf(clusters: readonly PlannedCluster[], { notes }: Findings): string[] {
  return clusters.map(({ name, file }) => {
    const first = clusters.find((other) => other.name === name)
    if (first?.file !== file) {
      const text = `This config and ${first?.file} both make a cluster named ${name}, so that only one of them can exist. Write another name into each to check them side by side.`
      notes.push({ file, line: 1, text })
    }
    if (clusters.every((other) => other.name !== name || other.file === file)) return name
    return `${name} (${file})`
  })
}

function checkCluster(
  cluster: PlannedCluster,
  label: string,
  objects: Omit<Manifests, 'loadBalancers'> & Pick<CheckInput, 'loadBalancers'> & Pick<Findings, 'unread' | 'patching'>,
): Pick<CheckDocument, 'ports' | 'warnings'> {
  const { name, network, nodes, containers, backends } = cluster
  const places: Places = new Map([...objects.places, ...cluster.places])
  const { ports, warnings } = preflight({
    ...objects,
    cluster: name,
    isComplete: false,
    staying: [],
    machine: { cpu: availableParallelism(), memory: totalmem() },
    network,
    nodes,
    containers,
    backends,
    routes: [...objects.routes, ...cluster.routes],
    loadBalancers: network.servesBalancers || objects.loadBalancers,
    enforcesPolicies: null,
    volumesUnknown: null,
  })
  const where = (about: ObjectRef) => {
    const place = places.get(placeKey(about))
    return { file: place?.chunk.source.name ?? null, line: place?.line ?? null }
  }
  const remediesOf = (remedies: EditRemedy[]) => remedies.map((remedy) => withDiff(remedy, places))
  return {
    ports: ports.map((port) => ({
      ...encodeCheckedPort(port, { remedies: remediesOf(port.remedies), ...where(port.about) }),
      cluster: label,
    })),
    warnings: [
      ...warnings.map(({ about, remedies, ...warning }) => ({
        ...warning,
        cluster: label,
        remedies: remediesOf(remedies),
        ...where(about),
      })),
      ...cluster.warnings.map((warning) => ({ ...warning, cluster: label, hostPort: null, remedies: [] })),
    ],
  }
}

function withDiff({ edits, ...told }: EditRemedy, places: Places): CheckRemedy {
  const diff = diffOf(edits, places)
  return diff === null ? told : { ...told, diff }
}
