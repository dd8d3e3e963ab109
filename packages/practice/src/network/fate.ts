import type { Cause } from '@portolan/core'
import type { Application } from './application.ts'
import type { Loss } from './broken-paths.ts'
import type { Backend, Rule } from './kube-proxy.ts'

/** What becomes of a connection that arrives at a node. `why` is the truth that a diagnosis should find. */
export type Fate =
  /** It reaches an application; `why` is set when that one is frozen. */
  | { kind: 'answer'; application: Application; why: Cause | null }
  | { kind: 'reject'; why: Cause }
  /** It is taken, and nothing that is sent through it arrives. */
  | { kind: 'stall'; why: Cause }
  /** `resetAfterMs`: through the engine's proxy the sender hears of it in the end. */
  | { kind: 'drop'; why: Cause; resetAfterMs?: number }

/** What the fate of a connection depends on. */
export interface Terrain {
  /** Why nothing comes through to a node; null where it does. */
  away(node: string): Cause | null
  /** The application that holds this host port, or that port of the host's network, on the node. */
  hostPort(node: string, port: number): Application | null
  /** Some workload of the cluster asks for this port of its nodes. */
  hostPortClaim(port: number): { by: 'hostPort' | 'hostNetwork'; runs: boolean } | null
  rules(node: string): ReadonlyMap<number, Rule>
  proxyFrozen(node: string): boolean
  running(uid: string): Application | null
  lossBetween(from: string, to: string): Loss | null
  /** A NetworkPolicy that is enforced keeps everybody out who is no pod. */
  policed(application: Application): boolean
}

/** Host ports come before NodePorts, and nothing listens on what is neither. One fate for each endpoint, all as likely. */
export function fatesOf(terrain: Terrain, node: string, port: number): Fate[] {
  const away = terrain.away(node)
  if (away !== null) return [{ kind: 'drop', why: away }]
  const own = terrain.hostPort(node, port)
  if (own !== null) return [reach(terrain, own)]
  const rule = terrain.rules(node).get(port)
  if (rule === undefined) return [{ kind: 'reject', why: whyNobodyListens(terrain, node, port) }]
  if (rule.anywhere.length === 0) return [{ kind: 'reject', why: 'no_endpoints' }]
  const backends = rule.local ? rule.here : rule.anywhere
  if (backends.length === 0) return [{ kind: 'drop', why: 'etp_local' }]
  return backends.map((backend) => forward(terrain, node, backend, rule.local))
}

/** The fate to count on: an answer if any endpoint answers. */
export function bestOf(fates: Fate[]): Fate {
  const rank = (fate: Fate) => (fate.kind === 'answer' ? (fate.why === null ? 0 : 1) : 2)
  const [best] = fates.toSorted((a, b) => rank(a) - rank(b))
  if (best === undefined) throw new RangeError('no fate')
  return best
}

/** After so long a node gives up on an address that nobody has, and its proxy hears it. */
const UNREACHABLE_AFTER_MS = 900

/** What becomes of a connection that the node itself opens to a pod. */
export function fateOfPod(terrain: Terrain, from: string, pod: Backend): Fate {
  return forward(terrain, from, pod, true)
}

function forward(terrain: Terrain, node: string, backend: Backend, local: boolean): Fate {
  if (backend.node === '') return { kind: 'drop', why: 'no_endpoints' }
  const away = terrain.away(backend.node)
  if (away !== null) return { kind: 'drop', why: away }
  const loss = node === backend.node ? null : terrain.lossBetween(node, backend.node)
  if (loss === 'all') return { kind: 'drop', why: 'cross_node' }
  const application = terrain.running(backend.uid)
  if (application !== null) return loss === 'large' ? { kind: 'stall', why: 'mtu' } : reach(terrain, application)
  const why = terrain.proxyFrozen(node) ? 'kube_proxy_stale' : 'rollout_gap'
  return local ? { kind: 'drop', why } : { kind: 'drop', why, resetAfterMs: UNREACHABLE_AFTER_MS }
}

function reach(terrain: Terrain, application: Application): Fate {
  if (terrain.policed(application)) return { kind: 'drop', why: 'network_policy' }
  if (application.full()) return { kind: 'drop', why: 'app_slow' }
  return { kind: 'answer', application, why: application.frozen() ? 'app_slow' : null }
}

function whyNobodyListens(terrain: Terrain, node: string, port: number): Cause {
  const claim = terrain.hostPortClaim(port)
  if (claim !== null && !claim.runs) return 'no_endpoints'
  if (claim !== null) return claim.by === 'hostPort' ? 'hostport_off' : 'hostnet_off'
  return terrain.rules(node).size === 0 ? 'rules_not_programmed' : 'port_mismatch'
}
