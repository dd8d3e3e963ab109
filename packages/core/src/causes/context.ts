import type { Volumes } from '../cluster/volumes.ts'
import type { EditRemedy } from '../model/verdict.ts'
import type { Remedy } from '../model/incident.ts'
import type { ApiPoint } from '../probing/api-point.ts'
import type { AgentPoint } from '../probing/agent-point.ts'
import type { EngineInfo, NodeContainer } from '../model/container.ts'
import type { EventSnapshot, NodeSnapshot, PodSnapshot, ServiceSnapshot } from '../model/snapshot.ts'
import type { Epoch } from '../model/epoch.ts'
import type { RuleReading } from '../model/rule-reading.ts'
import type { Route } from '../route/claim.ts'
import type { Path } from '../route/path.ts'
import type { ProbeHistory } from '../probing/probe-history.ts'
import type { Viewpoint } from '../probing/viewpoints.ts'

/** Everything a rule may look at: one port at one moment. Times are ms since the epoch. */
export interface RuleContext {
  at: number
  cluster: string
  /** The first words of printed commands: kubectl with the cluster's context. */
  kubectl: readonly string[]
  engine: EngineInfo | null
  /** A change of objects as a command against this cluster. */
  asCommand(remedy: EditRemedy): Remedy
  engineLost: string | null
  path: Path
  /** When the path last changed; null when it is as it was found. */
  changedAt: number | null
  /** When the port in the pods that it leads to changed; null when it never did while we watched. */
  targetChangedAt: number | null
  /** When the path last changed other than by endpoints that came: until the rules follow they may lead to nobody. null for never. */
  unsettledAt: number | null
  /** When it was first asked in other words than those in which it had just been answered; null when it never was. */
  rewordedAt: number | null
  /** How it led on when it was last answered; null before. */
  answeredPath: Path | null
  /** When only the NetworkPolicy over the path changed; null when it never did. */
  policyChangedAt: number | null
  /** How the port went on before, where the way was taken away while we watched. */
  lost: { route: Route; at: number } | null
  /** The Service that had the port, where it was deleted while we watched and nothing claims the port since. */
  deletedService: { service: ServiceSnapshot; at: number } | null
  /** The placements so far, the present one last. */
  epochs: readonly Epoch[]
  /** When the first of the probes that fail now was started; null while none does. */
  darkSince: number | null
  /** When the newest of those was started: an answer elsewhere that began later may be one that the port has by now as well. */
  failedAt: number | null
  /** Outcomes of those that decide, since Portolan began to watch. */
  counted: { answered: number; attempts: number }
  /** What each vantage that decides saw last. */
  deciding: Seen[]
  /** What the witnesses (nodes that hold an endpoint) saw last; empty where no node address has ever answered. */
  witnesses: Seen[]
  /** The same of the nodes that a balancer on the way leads to. */
  backends: Seen[]
  /** What agents inside the cluster saw of it; empty where none look at it. */
  agents: readonly AgentPoint[]
  /** What the pods answered through the API server; empty where it is not asked. */
  api: readonly ApiPoint[]
  /** Why the API server does not lead to pods. */
  refusedWays: string[]
  /** What the agent on the mapped node, or else the host, sees of kube-proxy there; null where neither looks. */
  kubeProxy: ProbeHistory | null
  /** What kube-proxy on the mapped node says of the Service's endpoints there; null where it is not asked. */
  localEndpoints: ProbeHistory | null
  /**
   * Of the mapped node and those that hold endpoints: where nothing connects since the port went dark, kube-proxy's health
   * neither, which answered before. Empty where an engine says how the nodes are.
   */
  muteNodes: readonly string[]
  /** The pods of kube-proxy; empty where nothing of that name does its work. */
  kubeProxies: PodSnapshot[]
  /** What the mapped node's rules do with the port, as it is now; null where they were not read since. */
  rules: RuleReading | null
  nodes: ReadonlyMap<string, NodeSnapshot>
  /** PersistentVolumes and their claims. */
  volumes: Volumes
  /** Does the pod network enforce NetworkPolicies? null if that is unknown. */
  enforcesPolicies: boolean | null
  /** What a policy keeps out is dropped there, not answered. */
  dropsByPolicy: boolean
  /** A policy may keep the client from the pods: one selects them, or not all are known. */
  mayBeKeptOut: boolean
  /** Nodes whose agent is not heard although it was, and since when. */
  absent: { node: string; heardAt: number }[]
  /** What the mesh saw of a node: by which nodes, and how it ended. */
  mesh(node: string): { from: string; history: ProbeHistory }[]
  containers: NodeContainer[]
  exitCodes: Map<string, number>
  /** When a node container was seen to have been started again, by our clock. */
  starts: ReadonlyMap<string, number>
  /** NodePort Services whose port is mapped on no node: the likely meant ones when nothing claims a mapped port. */
  unmapped: { service: ServiceSnapshot; nodePort: number }[]
  warnings: Map<string, EventSnapshot>
  /** What the controllers of the pods last said of pods that they could not create; null for nothing. */
  failedCreate: EventSnapshot | null
  /** Why the prober itself cannot be trusted at this moment; null when it can. */
  proberTrouble: string | null
  /** Why the objects are not known, or not fresh; null when they are. */
  blind: string | null
}

export interface Seen {
  point: Viewpoint
  history: ProbeHistory
}

/** How long endpoints that changed may take to arrive in every node's rules: kube-proxy's sync period, with room. */
export const SETTLE_MS = 5000

/** How long pods may be on their way before it is no rollout any more. */
const CHURN_MS = 30_000

export function isSettling(context: RuleContext): boolean {
  return context.changedAt !== null && context.at - context.changedAt < SETTLE_MS
}

/** The same by the endpoints alone: a NetworkPolicy that comes moves no pod. */
export function areEndpointsSettling(context: RuleContext): boolean {
  return isSettling(context) && context.changedAt !== context.policyChangedAt
}

/** The number of pods that the workloads behind the port ask for; null when nobody says. */
export function wantedPods(context: RuleContext): number | null {
  const { workloads, pods } = context.path
  if (workloads.length === 0) return pods.length > 0 ? pods.length : null
  return workloads.reduce((sum, workload) => sum + workload.replicas, 0)
}

/**
 * Pods are being replaced right now: one is leaving, one is young and not yet ready for no bad reason, or one is ready
 * and its endpoint on the way.
 */
export function isChurning(context: RuleContext): boolean {
  const { path, at, changedAt } = context
  if (wantedPods(context) === 0) return false
  if (path.pods.some((pod) => pod.deletedAt > 0 && at - pod.deletedAt < CHURN_MS * 4)) return true
  if (path.pods.some((pod) => !pod.ready && isComing(pod, at))) return true
  const justChanged = changedAt !== null && at - changedAt < CHURN_MS / 3
  if (!justChanged) return false
  if (path.pods.length === 0) return path.workloads.length > 0 && !isRefused(context)
  return path.pods.some((pod) => pod.ready && pod.deletedAt === 0)
}

/** Since the path changed its controller could not create a pod. Events are precise to a second. */
function isRefused({ failedCreate, changedAt }: RuleContext): boolean {
  return failedCreate !== null && failedCreate.at >= (changedAt ?? 0) - 1000
}

function isComing(pod: PodSnapshot, at: number): boolean {
  const isYoung = at - pod.createdAt < CHURN_MS
  return isYoung && !wasReady(pod) && pod.unschedulable === null && badContainer(pod) === null
}

/** It stopped to be ready while its containers ran: before they do, a pod is not ready since it was placed. */
function wasReady(pod: PodSnapshot): boolean {
  const started = lastStart(pod)
  return !pod.ready && started !== null && pod.readySince > started
}

/** When the last of the containers that run was started, ms since the epoch; null where none runs. */
export function lastStart({ containers }: PodSnapshot): number | null {
  const started = containers.filter(({ state }) => state === 'running').map(({ since }) => since)
  return started.length === 0 ? null : Math.max(...started)
}

/** A container that will not come up by waiting a little; null when there is none. */
export function badContainer(pod: PodSnapshot): { name: string; reason: string; message: string } | null {
  for (const container of pod.containers) {
    const { name, reason, message, exitCode } = container
    if (container.state === 'waiting' && reason !== '' && !PASSING.has(reason)) return { name, reason, message }
    if (container.state === 'terminated' && exitCode !== 0 && pod.deletedAt === 0) {
      return { name, reason: reason || 'Error', message: `exit code ${exitCode}` }
    }
  }
  return null
}

const PASSING = new Set(['ContainerCreating', 'PodInitializing'])

/** Whether the port's node container runs; a stopped one answers nothing. */
export function isRunning(container: NodeContainer): boolean {
  return container.state === 'running'
}
