/** How long things take, ms. The defaults are a real kind cluster's, but for what takes it half a minute and longer. */
export interface Delays {
  /** A controller acts on a change. */
  controllerMs: number
  /** A container starts on its node. */
  startMs: number
  /** From the start to the first passed readiness probe. */
  readyMs: number
  /** From an application that hangs to the failed readiness probe. */
  unreadyMs: number
  /** From SIGTERM to the exit; until then the application answers. */
  terminateMs: number
  /** kube-proxy programs a change: from, to (random in between). */
  proxySyncMs: readonly [number, number]
  /** From a node's last word to NotReady; 40 s in a real cluster. */
  nodeLostMs: number
  /** From NotReady to the eviction of the node's pods; 300 s in a real cluster. */
  evictMs: number
  /** From the start of a node's container to a kubelet and a kube-proxy that work. */
  nodeStartMs: number
  /** Between two bookmarks on a watch. */
  bookmarkMs: number
}

export const USUAL_DELAYS: Delays = {
  controllerMs: 10,
  startMs: 400,
  readyMs: 800,
  unreadyMs: 6000,
  terminateMs: 500,
  proxySyncMs: [100, 300],
  nodeLostMs: 5000,
  evictMs: 5000,
  nodeStartMs: 3000,
  bookmarkMs: 10_000,
}
