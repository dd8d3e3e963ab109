import type { Inventory } from '../cluster/inventory.ts'
import { joinService, type Path } from '../route/path.ts'

/** As much of a way to pods as shows whose edge proxy they are. */
export type EdgePath = Pick<Path, 'route' | 'endpoints' | 'pods' | 'workloads'>

/**
 * Where an edge proxy would take connections if some port were mapped to it: ` (nodePort 30090 of Service default/edge)`;
 * empty where no such place is known.
 */
export function unmappedText(inventory: Readonly<Inventory>, serves: (path: EdgePath) => boolean): string {
  const place = nodePortOf(inventory, serves) ?? hostPortOf(inventory, serves)
  return place === null ? '' : ` (${place})`
}

function nodePortOf(inventory: Readonly<Inventory>, serves: (path: EdgePath) => boolean): string | null {
  for (const service of inventory.services.values()) {
    const port = service.ports.find(({ nodePort }) => nodePort > 0)
    if (port === undefined || !serves(joinService(inventory, { kind: 'nodePort', service, port }))) continue
    return `nodePort ${port.nodePort} of Service ${service.namespace}/${service.name}`
  }
  return null
}

function hostPortOf({ pods }: Readonly<Inventory>, serves: (path: EdgePath) => boolean): string | null {
  for (const pod of pods.values()) {
    const port = pod.placement.ports.find(({ hostPort }) => hostPort > 0)
    if (port === undefined || pod.node === null) continue
    const path = { route: { kind: 'none' as const }, endpoints: [], pods: [pod], workloads: [] }
    if (serves(path)) return `pod ${pod.namespace}/${pod.name} takes port ${port.hostPort} of ${pod.node}`
  }
  return null
}
