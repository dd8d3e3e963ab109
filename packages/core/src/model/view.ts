import type { PortState, TargetState } from './change.ts'
import type { Cause } from './cause.ts'
import type { Epoch } from './epoch.ts'
import type { Incident } from './incident.ts'
import type { Foreseen } from './verdict.ts'
import type { Entry } from './entry.ts'
import type { Protocol } from './probe-spec.ts'
import type { Symptom } from './symptom.ts'

/** What `watch` shows of a mapped port. Times are ms since the epoch. */
export interface TargetView {
  id: string
  cluster: string
  /** How a client comes in: by a port of the host, at a node's own address, or at a load balancer's. */
  entry: Entry
  hostPort: number
  protocol: 'tcp' | 'udp'
  listenAddresses: string[]
  /** The tool that made the cluster, as `kind`; absent where no engine shows it. */
  provider?: string
  /** The node that a client comes in at, empty where that is not known, and the port there. */
  node: string
  containerPort: number
  /** How the port goes on from the node. `none`: nothing in the cluster claims it. */
  route: 'nodePort' | 'hostPort' | 'hostNetwork' | 'none'
  /** `ns/name`, with a NodePort. */
  service: string | null
  /** `Kind/ns/name` of the pods' controller, where known. */
  workload: string | null
  state: PortState
  since: number
  cause: Cause | null
  /** Latest first word on what was seen: the worst symptom of the vantages that decide. */
  symptom: Symptom | null
  /** All vantages, those that do not decide too. */
  vantages: VantageView[]
  /** Outcomes of vantages that decide, since Portolan began to watch. */
  answered: number
  attempts: number
  /** Where its pods are. */
  pods: { name: string; node: string | null; serves: boolean }[]
  expectedUp: boolean | null
  /** How probable it is that the next reschedule of its pods leaves the port dark; null where it cannot be told. */
  darkProbability: number | null
  spoken: { protocol: Protocol; why: string }
  transitions: number
  /** Set while the port answers, but not as it should (an HTTP status of 500 and above). */
  degraded: string | null
  /** Where a probe cannot tell (a service that waits in silence): what to configure. */
  note: string | null
  lastOkAt: number | null
  incident: string | null
  /** Behind an edge proxy: the hosts and paths that it serves there. */
  routes: RouteView[]
}

/** A host and path that an object claims, behind the port that leads to its edge proxy. Times are ms since the epoch. */
export interface RouteView {
  /** `route:80/shop.example/path` */
  id: string
  cluster: string
  /** `shop.example/path`; `*` stands for every host. */
  name: string
  /** The target of the port that it is behind; null where none is known to lead to its edge proxy. */
  port: string | null
  /** Empty for every host. */
  host: string
  path: string
  protocol: 'http' | 'https' | null
  className: string | null
  /** As `Ingress ns/name`, the oldest first. */
  claimedBy: string[]
  /** `ns/name:port`; null where the backend is not a Service. */
  service: string | null
  state: TargetState
  since: number
  cause: Cause | null
  /** Of the newest answer. */
  status: number | null
  symptom: Symptom | null
  at: number | null
  /** Set while it answers, but not as it should. */
  degraded: string | null
  note: string | null
  incident: string | null
}

/** One hop of the way from the client through the edge proxy to the application. */
export interface RouteHop extends Omit<Hop, 'name'> {
  name: 'client' | 'host port' | 'edge proxy' | 'route' | 'service' | 'endpoint' | 'application'
}

/** What `explain` shows of a route. */
export interface RouteExplanation {
  route: RouteView
  hops: RouteHop[]
  incident: Incident | null
}

export interface VantageView {
  vantage: string
  /** For `node:NAME:PORT` witnesses the target differs from the port's own. */
  target: string
  address: string
  port: number
  decides: boolean
  /** Why it does or does not decide. */
  why: string
  symptom: Symptom | null
  at: number | null
  durationMs: number | null
  detail: string | null
}

/** One hop of the way from the client to the application. */
export interface Hop {
  name: 'client' | 'host port' | 'engine' | 'balancer' | 'node' | 'kube-proxy' | 'endpoint' | 'pod' | 'application'
  state: 'green' | 'red' | 'not seen'
  text: string
  at: number | null
}

/** What `explain` shows of a port. */
export interface TargetExplanation {
  target: TargetView
  hops: Hop[]
  incident: Incident | null
  /** Causes that were considered and do not fit, each with the reason. */
  ruledOut: { cause: Cause; because: string }[]
  epochs: Epoch[]
  /** What the next reschedule of its pods would make of the port; null while the objects are not known. */
  foreseen: Foreseen | null
  /** The routes behind it, where it leads to an edge proxy. */
  routes: RouteExplanation[]
}
