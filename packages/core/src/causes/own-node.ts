import { servesOnMappedNode } from '../route/path.ts'
import type { PodSnapshot } from '../model/snapshot.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { allAnswer, podsAtOwnNodes, podsFromApiServer } from './inside.ts'
import { isSettling, lastStart, type RuleContext, type Seen, SETTLE_MS } from './context.ts'
import { answersBeside, freshSymptom, isSure } from './sure.ts'

/** A pod that has been ready for less may still be starting what it is to listen with. */
const STARTING_MS = 60_000

/**
 * What was seen of the port at the nodes that hold its pods themselves, where no other node is on the way: at the
 * witnesses, and at the mapped node where it holds a pod. Nothing, as long as one of them has failed only once or in a
 * hurry.
 */
export function atOwnNodes(context: RuleContext): Symptom[] {
  const mapped = context.deciding.filter(({ point }) => point.vantage === 'host/node-address')
  const own = [...context.witnesses, ...(servesOnMappedNode(context.path) ? mapped : [])]
  return own.every(({ history }) => isSure(history))
    ? own.flatMap(({ history }) => freshSymptom(history, context.changedAt) ?? [])
    : []
}

/** How the pods themselves answer there: seen by the agents on their nodes, else by the port of those nodes. */
export function podsThere(context: RuleContext): Symptom[] {
  const seen = podsAtOwnNodes(context)
  return seen.length > 0 ? seen : atOwnNodes(context)
}

/** The pods answer beside the port: at a node of their own to its agent or to a witness, or to the API server. */
export function answersAtOwnNode(context: RuleContext): boolean {
  return (
    allAnswer(podsAtOwnNodes(context)) ||
    allAnswer(podsFromApiServer(context)) ||
    context.witnesses.some(({ history }) => answersBeside(history, context.failedAt))
  )
}

/** What a vantage of the port itself saw last of the path as it is; null when nothing. */
export function symptomFrom(context: RuleContext, vantage: string): Symptom | null {
  const seen = context.deciding.find(({ point }) => point.vantage === vantage)
  return seen === undefined ? null : freshSymptom(seen.history, context.changedAt)
}

/** How long the rules of a busy node may take to follow. */
export const SLOW_TO_FOLLOW_MS = 3 * SETTLE_MS

/**
 * It answered while its path was what it is now, and the rules of the nodes had time to follow: what was always wrong is
 * out of the question.
 */
export function answeredAsItIs(
  context: RuleContext,
  seen: readonly Seen[] = [...context.deciding, ...context.witnesses],
): boolean {
  const { path, changedAt } = context
  // A host port leads to a pod of its own node alone, by no rules of kube-proxy.
  return path.route.kind === 'hostPort' ? answeredSince(seen, changedAt ?? 0) : answeredAsEnforced(context, seen)
}

/** The same where the nodes have to enforce what changed, whatever the route: who enforces a policy follows later too. */
export function answeredAsEnforced(
  { deciding, witnesses, changedAt, darkSince }: RuleContext,
  seen: readonly Seen[] = [...deciding, ...witnesses],
): boolean {
  const wentDarkWithIt = changedAt !== null && darkSince !== null && darkSince < changedAt + SETTLE_MS
  // Where one vantage fails since the change, an answer to another one soon after it came by rules of before.
  return answeredSince(seen, changedAt === null ? 0 : changedAt + (wentDarkWithIt ? SLOW_TO_FOLLOW_MS : SETTLE_MS))
}

function answeredSince(seen: readonly Seen[], since: number): boolean {
  return seen.some(({ history }) => history.lastOkAt !== null && history.lastOkAt >= since)
}

/** Every pod has been there for long enough to be judged by what it does, or was answered already at another port. */
export function isWarm(context: RuleContext): boolean {
  const serving = context.path.endpoints.filter((one) => one.serves)
  const hasStarted = (pod: PodSnapshot) =>
    context.at - startedAt(pod) >= STARTING_MS || wasAnsweredBefore(context, startedAt(pod))
  return (
    serving.length > 0 &&
    !isSettling(context) &&
    serving.every(({ pod }) => pod === null || (pod.ready && hasStarted(pod)))
  )
}

/** Since the pod started the port was answered, until the Service led to another port of it. */
function wasAnsweredBefore({ deciding, targetChangedAt, path }: RuleContext, startedAt: number): boolean {
  if (targetChangedAt === null || path.endpoints.length !== 1) return false
  return deciding.some(({ history: { lastOkAt } }) => lastOkAt !== null && lastOkAt > startedAt)
}

/** The same pods were answered until the Service led to another port of them, and not since. */
export function wasAnsweredElsewhere(context: RuleContext): boolean {
  const pods = context.path.endpoints.flatMap(({ serves, pod }) => (serves && pod !== null ? [pod] : []))
  const { targetChangedAt } = context
  const started = Math.max(0, ...pods.map(startedAt))
  return targetChangedAt !== null && pods.length > 0 && started < targetChangedAt && wasAnsweredBefore(context, started)
}

/** Some pod was started so short a time ago, and since the way leads to this port, that its application may still be starting. */
export function isYoung({ path, at, targetChangedAt }: RuleContext): boolean {
  return path.endpoints.some(
    ({ serves, pod }) =>
      serves && pod !== null && at - startedAt(pod) < STARTING_MS && startedAt(pod) >= (targetChangedAt ?? 0),
  )
}

/** When the last of its containers was started, ms since the epoch. A pod may become ready again later, and not before. */
function startedAt(pod: PodSnapshot): number {
  return Math.min(pod.readySince, lastStart(pod) ?? pod.readySince)
}

/**
 * Each pod had to take a connection at the very port and address before it counted as ready: it listens there for others.
 *
 * Source: Kubernetes, "Configure Liveness, Readiness and Startup Probes": the kubelet asks at the pod's first address.
 */
export function hadToListen({ path }: RuleContext): boolean {
  const serving = path.endpoints.filter(({ serves }) => serves)
  return (
    serving.length > 0 &&
    serving.every(
      ({ pod, port, address }) =>
        pod?.ready === true && pod.addresses[0] === address && pod.probedPorts?.includes(port) === true,
    )
  )
}

/** Nothing that was seen of the port, from anywhere, is an answer. */
export function isDarkEverywhere(context: RuleContext): boolean {
  const seen = [...context.deciding, ...context.witnesses].flatMap(
    ({ history }) => freshSymptom(history, context.changedAt) ?? [],
  )
  return seen.length > 0 && !seen.some(isReachable)
}
