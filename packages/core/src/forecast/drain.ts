import { noEndpoints } from '../causes/no-endpoints.ts'
import { podPending } from '../causes/pod-pending.ts'
import { rolloutGap } from '../causes/rollout-gap.ts'
import { listed } from '../causes/words.ts'
import { groupName, groupOfPod, type PodGroup } from '../cluster/pod-group.ts'
import { operands } from '../model/command-text.ts'
import { durationText } from '../model/duration.ts'
import type { Remedy } from '../model/incident.ts'
import { keyOf, type NodeSnapshot, type PodSnapshot } from '../model/snapshot.ts'
import type { Drained, DrainedPort, DrainForecast, EditRemedy, PortVerdict } from '../model/verdict.ts'
import { asCommand, type CommandedCluster } from '../remedies/as-command.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { HOSTNAME, unpin } from '../remedies/edits.ts'
import { kubectlOf } from '../remedies/kubectl.ts'
import { needsLocalPod } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claim } from './claim.ts'
import { type ClusterObjects, commandedBy, worldOf } from './cluster-objects.ts'
import { always, type Finding } from './finding.ts'
import { answering, judgePort } from './judge-port.ts'
import { type Scene, setScene } from './scene.ts'

/** So many pods are named in a sentence. */
const MOST_NAMED = 3

/** A cluster during a drain. */
interface Drain {
  scene: Scene
  drained: Drained
  /** Those of each group, by its `keyOf`. */
  pods: ReadonlyMap<string, readonly PodSnapshot[]>
  evicted: ReadonlySet<PodSnapshot>
  commanded: CommandedCluster
}

/** What a drain would make of each mapped port, by the same judgement as any other forecast. */
export function foreseeDrain(objects: ClusterObjects, drained: Drained): DrainForecast {
  const alive = objects.pods.filter(({ phase, node }) => node !== null && phase !== 'Succeeded' && phase !== 'Failed')
  const evicted = evictedBy(objects, alive, drained)
  const staying = alive.filter((pod) => !evicted.has(pod))
  const nodes = objects.nodes.map((node) => cordonedBy(drained, node))
  const drain: Drain = {
    scene: setScene({ ...worldOf(objects), nodes, staying }),
    drained,
    pods: Map.groupBy(alive, groupOfPod(objects.workloads)),
    evicted,
    commanded: commandedBy(objects),
  }
  return {
    evicted: [...evicted].map(({ namespace, name }) => ({ namespace, name })),
    ports: drain.scene.ports.map((mapped) => judgeDrained(drain, mapped)),
    notes: notesOf([...evicted]),
  }
}

function cordonedBy(drained: Drained, node: NodeSnapshot): NodeSnapshot {
  return drained.kind === 'node' && node.name === drained.name ? { ...node, unschedulable: true } : node
}

/** Source: kubectl, "drain": it leaves the pods of DaemonSets, and those that no API server made (static pods). */
function evictedBy(
  { workloads }: ClusterObjects,
  alive: readonly PodSnapshot[],
  drained: Drained,
): ReadonlySet<PodSnapshot> {
  if (drained.kind === 'pod')
    return new Set(alive.filter(({ namespace, name }) => namespace === drained.namespace && name === drained.name))
  const daemons = new Set(workloads.filter(({ kind }) => kind === 'DaemonSet').map(({ uid }) => uid))
  const stays = ({ owner }: PodSnapshot) =>
    owner !== null && (owner.kind === 'Node' || owner.kind === 'DaemonSet' || daemons.has(owner.uid))
  return new Set(alive.filter((pod) => pod.node === drained.name && !stays(pod)))
}

function judgeDrained(drain: Drain, mapped: MappedPort): DrainedPort {
  const { scene, evicted, commanded, pods } = drain
  const claim = scene.claims.get(mapped) ?? { kind: 'none' as const, groups: [] }
  const verdict = judgePort(scene, mapped)
  const own = claim.groups.flatMap((group) => pods.get(keyOf(group)) ?? [])
  const before = claim.kind === 'none' ? [] : answering(claim, mapped, own)
  const isLeft = before.some((pod) => !evicted.has(pod))
  const answersNow = before.length > 0
  const finding = orphaned(drain, claim.groups) ?? verdict
  if (finding.verdict === 'fine' && answersNow && !isLeft) {
    const readyMs = readyMsOf(own)
    return {
      ...verdict,
      ...gap(before, readyMs),
      remedies: gapRemedies(drain, claim.groups),
      answersNow,
      darkUntil: 'ready',
      darkMs: readyMs,
    }
  }
  const isDark = finding.verdict === 'always_dark' || finding.verdict === 'may_go_dark'
  // To take the node back is no way to drain it.
  const remedies = [...unpinned(finding, claim), ...finding.remedies.filter(({ uncordon }) => uncordon === undefined)]
  return {
    ...verdict,
    ...finding,
    remedies: remedies.map((remedy) => asCommand(commanded, remedy)),
    answersNow,
    darkUntil: isDark ? 'mended' : null,
    darkMs: null,
  }
}

/** Pods that are kept on the node that is drained could answer from another one, where every node passes on to them. */
function unpinned({ cause }: Finding, claim: Claim): EditRemedy[] {
  if (cause !== podPending.cause || needsLocalPod({ route: claim })) return []
  return claim.groups
    .filter(({ template }) => template.nodeSelector[HOSTNAME] !== undefined)
    .map((group) => unpin(group))
}

/** Pods that no controller keeps do not come back. */
function orphaned({ evicted, pods }: Drain, groups: readonly PodGroup[]): Finding | null {
  const own = groups.flatMap((group) => pods.get(keyOf(group)) ?? [])
  const isLost = own.length > 0 && own.every((pod) => pod.owner === null && evicted.has(pod))
  return isLost
    ? always(noEndpoints.cause, `${named(own)} does not come back once it is evicted: no controller manages it.`)
    : null
}

function gap(
  before: readonly PodSnapshot[],
  readyMs: number | null,
): Pick<PortVerdict, 'verdict' | 'darkProbability' | 'cause' | 'summary'> {
  const how = readyMs === null ? '' : ` (the last one took ${durationText(readyMs)})`
  return {
    verdict: 'may_go_dark',
    darkProbability: 1,
    cause: rolloutGap.cause,
    summary: `Only ${named(before)} answers, and is evicted: nothing answers until a new pod is ready${how}.`,
  }
}

/** A rollout starts the new pod before it stops the old one, which an eviction does not. */
function gapRemedies({ drained, commanded }: Drain, groups: readonly PodGroup[]): Remedy[] {
  const [group] = groups
  if (groups.length !== 1 || group?.kind !== 'Deployment' || (group.rollout?.surge ?? 0) === 0) return []
  const own = { kubectl: kubectlOf(commanded.settings) }
  const rollout = (verb: string) => kubectl(own, group.namespace, 'rollout', verb, resourceName(group))
  const cordon = drained.kind === 'node' ? [kubectl(own, null, 'cordon', ...operands(drained.name))] : []
  const first = drained.kind === 'node' ? `Cordon ${drained.name} and restart` : 'Restart'
  return [
    {
      text: `${first} ${groupName(group)} instead of evicting its pod: a rollout starts the new pod before it stops the old one`,
      cost: 'it replaces every pod of the workload',
      command: [...cordon, rollout('restart'), rollout('status')].join(' && '),
    },
  ]
}

const SECOND = 1000

/** As short as one of them took, in whole seconds as the cluster counts them. A pod that has restarted says nothing of it. */
function readyMsOf(pods: readonly PodSnapshot[]): number | null {
  const all = pods.flatMap(({ ready, readySince, createdAt, containers }) => {
    const isFirst = containers.every(({ restartCount }) => restartCount === 0)
    return ready && isFirst && createdAt > 0 && readySince >= createdAt ? [readySince - createdAt] : []
  })
  return all.length === 0 ? null : Math.max(SECOND, Math.min(...all))
}

function notesOf(evicted: readonly PodSnapshot[]): string[] {
  const bare = evicted.filter(({ owner }) => owner === null)
  return [
    'Portolan does not read PodDisruptionBudgets: one may block the drain.',
    ...(bare.length === 0 ? [] : [`A drain refuses ${named(bare)} without --force: no controller manages it.`]),
  ]
}

function named(pods: readonly PodSnapshot[]): string {
  const names = pods.slice(0, MOST_NAMED).map(({ namespace, name }) => `Pod ${namespace}/${name}`)
  const more = pods.length - MOST_NAMED
  return listed(more > 0 ? [...names, `${more} more`] : names)
}
