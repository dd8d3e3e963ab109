import type { Observer, ProbePlan } from '../model/plan.ts'
import type { PodWay } from '../model/vantage.ts'
import type { Protocol } from '../model/probe-spec.ts'
import { createFabric, type Fabric } from './fabric.ts'
import { createRing, type Ring } from './ring.ts'
import type { ProbeHistory } from './probe-history.ts'

/** Who probes what, and what was seen of that beside the ports. Changed by this folder and by the intake of facts. */
export interface Probing {
  /** What each port, by target, asks of each observer. */
  plans: Map<string, PortPlans>
  /** The ports, by target, that a plan tells about: its own, or those that it is a witness for. */
  planUsers: Map<string, Set<string>>
  /** What agents do beside the ports, and what they saw, by plan. */
  fabric: Fabric
  fabricHistories: Map<string, ProbeHistory>
  /** The nodes whose agents are heard, and when who looks at what was last decided by that. */
  reporting: Ring
  reportingAt: number
  /** Protocols that were found out, by identity. */
  protocols: Map<string, { protocol: Protocol; why: string }>
  /** Some node's own address has answered once: on this engine that vantage can be trusted. */
  nodeAddressAnswers: boolean
  /** The host's own LAN address has answered once, at some port. */
  lanAnswers: boolean
  /** Why the API server does not lead to pods, by the ways that it refused. */
  refusedWays: Map<PodWay, string>
  /** The prober was not well until then, and why. */
  trouble: { from: number; to: number; reason: string } | null
}

export type PortPlans = ReadonlyMap<Observer, { key: string; plans: readonly ProbePlan[] }>

export function createProbing(): Probing {
  return {
    plans: new Map(),
    planUsers: new Map(),
    fabric: createFabric(),
    fabricHistories: new Map(),
    reporting: createRing([]),
    reportingAt: 0,
    protocols: new Map(),
    nodeAddressAnswers: false,
    lanAnswers: false,
    refusedWays: new Map(),
    trouble: null,
  }
}
