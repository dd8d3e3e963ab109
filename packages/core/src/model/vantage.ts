/**
 * Where a probe starts: `host/loopback4` and `host/loopback6` through the engine's proxy, `host/lan` through the host's
 * own other address, `host/node-address` straight at a node, `host/balancer` at the
 * address of a load balancer, `node/NAME` from an agent on that node; `api/pod-proxy` and
 * `api/port-forward` at a pod through the API server.
 */
export type Vantage =
  | 'host/loopback4'
  | 'host/loopback6'
  | 'host/lan'
  | 'host/node-address'
  | 'host/balancer'
  | `node/${string}`
  | `api/${PodWay}`

/**
 * How the API server leads to a pod: `pod-proxy` dials the pod's address itself and speaks HTTP; `port-forward` goes through
 * the kubelet to the loopback inside the pod.
 */
export type PodWay = 'pod-proxy' | 'port-forward'

/** Those of observers elsewhere. */
export const VANTAGE_NAME = /^(host\/(loopback4|loopback6|lan|node-address|balancer)|node\/[a-z0-9.-]{1,253})$/

/** `KIND:...`, what they probe. */
export const TARGET_NAME = /^((host|node|lb|pod|service|peer|kube-proxy|edge):[\w.:/-]{1,400}|route:[\w.:/*~-]{1,200})$/

/** It is a host and path behind a port, and no port. */
export function isRoute(target: string): boolean {
  return target.startsWith('route:')
}
