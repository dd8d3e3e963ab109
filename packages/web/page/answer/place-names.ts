import type { PortRow } from '../now/port-rows.ts'
import { nodeName } from '../words.ts'
import type { PathBox } from './boxes.ts'
import type { Explained } from './explained.ts'

/** What stands at a place of the path. */
export function nameAt(
  place: PathBox['place'],
  { name, cluster, node, service }: PortRow,
  { target, route }: Explained,
): string {
  switch (place) {
    case 'This machine':
      return target?.listenAddresses.map((address) => `${address}:${target.hostPort}`).join(', ') ?? name
    case 'Load balancer':
      return target?.listenAddresses.join(', ') ?? ''
    case 'Node':
      return nodeName(node, cluster) || 'not known'
    case 'Service':
      return service || 'none'
    case 'Route':
      return route?.claimedBy.join(', ') ?? name
    case 'Edge proxy':
      return route?.className ?? 'ingress controller'
    case 'Pods': {
      const nodes = [...new Set(target?.pods.map((pod) => nodeName(pod.node ?? 'no node', cluster)))]
      return nodes.length === 0 ? (target === null ? 'of the Service' : 'none') : `on ${nodes.join(', ')}`
    }
  }
}
