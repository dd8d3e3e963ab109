import { createProbeHistory, isFailing, type ProbeHistory } from './probe-history.ts'
import type { Viewpoint } from './viewpoints.ts'

/** A viewpoint with the plan that probes from it, and what that has shown so far. */
export interface TrackedPoint extends Viewpoint {
  plan: string
  history: ProbeHistory
}

/** Keeps what was seen where the plan and its address stay the same. */
export function trackPoints(known: readonly TrackedPoint[], points: readonly Viewpoint[]): TrackedPoint[] {
  return points.map((point) => {
    const plan = `${point.target}@${point.vantage}`
    const same = known.find((one) => one.plan === plan && one.address === point.address && one.port === point.port)
    return { ...point, plan, history: same?.history ?? createProbeHistory() }
  })
}

/** The vantage counts for the port's state. An address inside of the cluster's network does once it, or a node's, has answered. */
export function decides(
  { role, history }: Pick<TrackedPoint, 'role' | 'history'>,
  nodeAddressAnswers: boolean,
): boolean {
  return (
    role === 'decides' || (role === 'decides once it answered' && (nodeAddressAnswers || history.lastOkAt !== null))
  )
}

interface Watched {
  readonly points: readonly TrackedPoint[]
}

/** The vantages that decide the port's state. */
export function decidingPoints({ points }: Watched, nodeAddressAnswers: boolean): TrackedPoint[] {
  return points.filter((point) => decides(point, nodeAddressAnswers))
}

/** The deciding vantages that do not answer, and of which that counts. */
export function failingPoints(watched: Watched, nodeAddressAnswers: boolean): TrackedPoint[] {
  return decidingPoints(watched, nodeAddressAnswers).filter((point) => isFailing(point.history))
}
