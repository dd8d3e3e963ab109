/** How a client comes in: by a port of the host that the engine maps, at a node's own address, or at a load balancer's. */
export type Entry = 'hostPort' | 'node' | 'balancer'

/** The target of a port as people write it: `30080`, `kind-worker:30080`, `172.18.0.240:80`. */
export function withoutKind(target: string): string {
  return target.replace(/^(host|node|lb|route):/, '')
}

/** It may be the target of a port that is watched, as `host:30080` or `node:kind-worker:30080`. */
export function isPortTarget(text: string): boolean {
  return /^(host:([\d.:a-f]{2,45}:)?\d{1,5}|(node|lb):[\w.:-]{1,300}:\d{1,5})(\/udp)?$/.test(text)
}
