import type { BalancedPort, BalancerProgram, EngineInfo, NodeContainer } from './container.ts'
import type { Incident } from './incident.ts'
import type { Outcome } from './outcome.ts'
import type { Protocol } from './probe-spec.ts'
import type { RuleReading } from './rule-reading.ts'
import type { ObjectSnapshot, Resource } from './snapshot.ts'
import type { PodWay } from './vantage.ts'

/**
 * Everything that happens is a fact: what was observed, by whom, when. (source, boot, sequence) is its identity; a
 * second delivery changes nothing. Times are milliseconds since the epoch.
 */
export interface Fact {
  cluster: string
  /** Who says so: `prober`, `prober/HOST` where it is another machine's, `kube`, `collector`, `agent/NODE`. */
  source: string
  /** Anew at each start of the source. */
  boot: string
  /** From 1, by one. */
  sequence: number
  /** When it happened, by the source's clock. */
  at: number
  /** When the collector heard of it. */
  receivedAt: number
  observed: Observation
}

/** Who could not see. `spool`: it was seen, and dropped while the collector was away. */
export type GapScope = 'prober' | 'kube' | 'engine' | 'collector' | 'spool'

/** Two addresses of one machine. */
export interface Neighbour {
  address: string
  /** The one that it was known by, a node's. */
  machine: string
}

export type Observation =
  | { kind: 'outcome'; outcome: Outcome }
  /** What is spoken behind a port was found out by trying. `identity` is the Speech's. */
  | { kind: 'protocol'; identity: string; protocol: Protocol; why: string }
  /** Where the host looks from: `lan` is null where it has no address but loopback. `own` are all its others. */
  | { kind: 'vantages'; lan: string | null; loopback6: boolean; own?: string[] }
  /** No container engine is asked for the nodes: a client comes in at their own addresses. */
  | { kind: 'no_engine' }
  /** Addresses for which a machine answers on this host's network that has another address as well: replaces what was known. */
  | { kind: 'neighbours'; found: Neighbour[] }
  | { kind: 'engine'; status: 'connected'; engine: EngineInfo }
  | { kind: 'engine'; status: 'lost'; reason: string }
  /** All node containers of the cluster, stopped ones too: replaces what was known. */
  | { kind: 'containers'; containers: NodeContainer[] }
  /** `action` as the engine names it: start, die, stop, pause, unpause, oom, destroy. */
  | { kind: 'container'; name: string; action: string; exitCode: number | null }
  /** Where a balancer in front of the nodes leads to, by its own word: replaces what was known of it. */
  | { kind: 'balancer'; name: string; program: BalancerProgram; ports: BalancedPort[] }
  /** A whole list of one resource: replaces what was known of it. */
  | { kind: 'listed'; resource: Resource; objects: ObjectSnapshot[] }
  | { kind: 'object'; change: 'set' | 'deleted'; object: ObjectSnapshot }
  | { kind: 'watch'; resource: Resource; status: 'connected' | 'lost'; reason: string }
  /** Nothing was observed in between: `reason` is one sentence. */
  | { kind: 'gap'; scope: GapScope; from: number; to: number; reason: string }
  /** The agent on this node is there, and where its echo listens; said again every few seconds. */
  | { kind: 'agent'; node: string; address: string; echoPort: number }
  /** Whether the API server leads to pods in this way: why not, or null where it does. */
  | { kind: 'witness'; way: PodWay; refused: string | null }
  /** What a node's rules do with packets to a port that is dark. */
  | { kind: 'rule'; reading: RuleReading }
  /** The collector's wall clock was set, forward or back (negative), by so many ms: receipt goes on by the new time. */
  | { kind: 'clock'; byMs: number }
  /** Time passed: the answer to the effect `wakeAt`. */
  | { kind: 'tick' }
  /** The collector came back and had these open when it stopped, last awake at `lastAt`. */
  | {
      kind: 'resumed'
      lastAt: number
      incidents: Incident[]
      /** Probers elsewhere that were heard before, as `SOURCE BOOT`: they go on alone, and tell it when they are back. */
      awaited?: string[]
    }
