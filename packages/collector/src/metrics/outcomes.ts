import { isReachable, isRoute, type Outcome, type Phase } from '@portolan/core'
import type { Families } from './families.ts'
import { countRoute } from './route-series.ts'

const PEER = 'peer:'
/** Pods come and go; how an edge proxy answers for no route is not its port's fare. */
const BESIDE = ['pod:', 'edge:']
const FROM_NODE = 'node/'

/**
 * Counts what a probe saw of what is watched. Pods come and go and get no series of their own; how nodes see each other
 * is counted by pairs.
 */
export function countOutcome(families: Families, cluster: string, outcome: Outcome): void {
  if (outcome.target.startsWith(PEER)) countEcho(families, cluster, outcome)
  else if (isRoute(outcome.target)) countRoute(families, cluster, outcome)
  else if (!BESIDE.some((kind) => outcome.target.startsWith(kind))) countProbe(families, cluster, outcome)
}

function countEcho(families: Families, cluster: string, outcome: Outcome): void {
  const pair = {
    cluster,
    source_node: outcome.vantage.slice(FROM_NODE.length),
    target_node: outcome.target.slice(PEER.length),
  }
  families.meshLost.add(pair, outcome.echo?.lost ?? 0)
  if (!isReachable(outcome.symptom)) return
  for (const ms of outcome.run?.durationsMs ?? [outcome.durationMs]) families.meshDuration.observe(pair, ms / 1000)
}

/** A probe, or a run of equal ones. Agents are many: how long theirs took is told of all of them together. */
function countProbe(families: Families, cluster: string, outcome: Outcome): void {
  const { vantage, target, symptom, protocol } = outcome
  const probe = { cluster, vantage, target }
  families.attempts.add({ ...probe, symptom }, outcome.run?.count ?? 1)
  // The monitor's own trouble took no time of the target's.
  if (symptom === 'local_error') return
  const isOfAgent = vantage.startsWith(FROM_NODE)
  const result = isReachable(symptom) ? 'success' : 'failure'
  for (const ms of isOfAgent ? [] : (outcome.run?.durationsMs ?? [outcome.durationMs])) {
    families.duration.observe({ ...probe, result }, ms / 1000)
  }
  for (const [phase, ms] of Object.entries(outcome.phases) as [Phase, number][]) {
    families.phases.observe({ cluster, vantage: isOfAgent ? 'node' : vantage, protocol, phase }, ms / 1000)
  }
}
