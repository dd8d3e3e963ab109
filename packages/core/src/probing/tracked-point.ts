import { createProbeHistory, isFailing, type ProbeHistory } from './probe-history.ts'
import type { Probing } from './probing.ts'
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

/** Which kinds of addresses have answered this host at all, at whatever port. */
export type Answering = Readonly<Pick<Probing, 'nodeAddressAnswers' | 'lanAnswers'>>

interface Watched {
  readonly points: readonly TrackedPoint[]
}

/**
 * The vantage counts for the port's state. An address inside of the cluster's network does once it, or a node's, has answered;
 * the host's own LAN address does not where it never answered at any port and another vantage of the port does, for a host may
 * have no way to its own.
 */
export function decides(point: TrackedPoint, { points }: Watched, answering: Answering): boolean {
  const { role, vantage, history } = point
  const hasAnswered = history.lastOkAt !== null
  if (role === 'decides once it answered') return answering.nodeAddressAnswers || hasAnswered
  if (role !== 'decides' || vantage !== 'host/lan' || answering.lanAnswers || hasAnswered) return role === 'decides'
  return points.every((one) => one.role !== 'decides' || one.history.lastOkAt === null)
}

/** The vantages that decide the port's state. */
export function decidingPoints(watched: Watched, answering: Answering): TrackedPoint[] {
  return watched.points.filter((point) => decides(point, watched, answering))
}

/** The deciding vantages that do not answer, and of which that counts. */
export function failingPoints(watched: Watched, answering: Answering): TrackedPoint[] {
  return decidingPoints(watched, answering).filter((point) => isFailing(point.history))
}
