import { type EditRemedy, type ObjectRef, preflight } from '@portolan/core'
import {
  diffOf,
  type Findings,
  type KindCluster,
  type Manifests,
  placeKey,
  type Places,
  readKindCluster,
  readManifests,
  readSources,
  type Source,
} from '@portolan/manifests'
import { type CheckDocument, type CheckRemedy, encodeCheckedPort } from '@portolan/wire'
import { rivalries } from './rivalries.ts'

export interface CheckInput {
  kindConfigs: string[]
  /** Files, folders and `-`. */
  manifests: string[]
  stdin: () => Promise<string>
  /** As Kubernetes calls it: `amd64`, `arm64`. */
  arch: string
}

/** Reads everything and says of every host port what will become of it. Faults in the files come as problems. */
export async function inspect({ kindConfigs, manifests, stdin, arch }: CheckInput): Promise<CheckDocument> {
  const configs = await readSources(kindConfigs, stdin)
  const files = await readSources(manifests, stdin)
  const findings: Findings = {
    problems: [...configs.problems, ...files.problems],
    notes: [...configs.notes, ...files.notes],
  }
  const clusters = configs.sources
    .map((source: Source) => readKindCluster(source, { arch, name: null }, findings))
    .filter((cluster) => cluster !== null)
  const objects = readManifests(files.sources, findings)
  const checked = clusters.map((cluster) => checkCluster(cluster, objects))
  return {
    clusters: clusters.map(({ name, nodes }) => ({ name, nodes: nodes.map((node) => node.name) })),
    ports: checked.flatMap(({ ports }) => ports),
    warnings: [...checked.flatMap(({ warnings }) => warnings), ...rivalries(checked.flatMap(({ ports }) => ports))],
    problems: findings.problems.toSorted(byPlace),
    notes: findings.notes.toSorted(byPlace),
  }
}

function byPlace(a: { file: string; line: number }, b: { file: string; line: number }): number {
  return a.file.localeCompare(b.file) || a.line - b.line
}

function checkCluster(cluster: KindCluster, objects: Manifests): Pick<CheckDocument, 'ports' | 'warnings'> {
  const { name, network, nodes, containers } = cluster
  const places: Places = new Map([...objects.places, ...cluster.places])
  const { ports, warnings } = preflight({
    ...objects,
    cluster: name,
    network,
    nodes,
    containers,
    enforcesPolicies: null,
    volumesUnknown: null,
  })
  const where = (about: ObjectRef) => {
    const place = places.get(placeKey(about))
    return { file: place?.chunk.source.name ?? null, line: place?.line ?? null }
  }
  const remediesOf = (remedies: EditRemedy[]) => remedies.map((remedy) => withDiff(remedy, places))
  return {
    ports: ports.map((port) => encodeCheckedPort(port, { remedies: remediesOf(port.remedies), ...where(port.about) })),
    warnings: [
      ...warnings.map(({ about, remedies, ...warning }) => ({
        ...warning,
        cluster: name,
        remedies: remediesOf(remedies),
        ...where(about),
      })),
      ...cluster.warnings.map((warning) => ({ ...warning, cluster: name, hostPort: null, remedies: [] })),
    ],
  }
}

function withDiff({ edits, ...told }: EditRemedy, places: Places): CheckRemedy {
  const diff = diffOf(edits, places)
  return diff === null ? told : { ...told, diff }
}
