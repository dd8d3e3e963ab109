import type { BalancerSource } from './balancers/balancer-source.ts'
import type { Provider } from './providers/provider.ts'
import type { EngineInfo, NodeContainer } from '@portolan/core'
import type { Command, Executed } from './exec.ts'

/** A container engine as far as we need it; Docker and Podman over their API, nerdctl over its command. */
export interface Engine {
  /** Asks who it is. `now` is the engine's own wall clock, null where it does not tell. */
  describe(signal: AbortSignal): Promise<{ info: EngineInfo; now: number | null }>
  /** The node containers of all clusters, stopped ones too. */
  listNodes(signal: AbortSignal): Promise<ClusterNode[]>
  /**
   * Follows container events; resolves once nothing can be missed any more. The iteration ends or throws when the
   * stream does.
   *
   * @param since ms since the epoch by the engine's clock: what it still remembers from then on comes first, possibly
   *   events that were reported already. null, or an engine without a memory: from now on.
   */
  events(since: number | null, signal: AbortSignal): Promise<AsyncIterable<EngineEvent>>
  /**
   * Runs a command in a container and waits for its end. Where the signal aborts it is no longer waited for; the engine
   * ends it by itself at most. No shell has a part in it.
   *
   * @throws {Error} where the engine does not run it, or it writes more than it may
   */
  run(command: Command, signal: AbortSignal): Promise<Executed>
  /**
   * The text of a small file in a container, which need not run for that; null where there is none, or where the engine
   * has no way to read it but to run a command.
   */
  readFile(container: string, path: string, signal: AbortSignal): Promise<string | null>
  close(): Promise<void>
}

/** A node container and the cluster it belongs to. */
export interface ClusterNode {
  cluster: string
  /** The context that leads to the cluster, as its tool names it. */
  context: string
  provider: Provider['name']
  container: NodeContainer
  /** Of a balancer: how it says where it leads, and the host port of its port for administrators, null where it has none. */
  balancer?: { source: BalancerSource; published: number | null }
}

/** Something happened to a container, perhaps not a node. */
export interface EngineEvent {
  id: string
  /** As Docker names it: create, start, die, stop, pause, unpause, oom, restart, rename, update, destroy. */
  action: string
  exitCode: number | null
  /** By the engine's clock, ms since the epoch. */
  at: number
}
