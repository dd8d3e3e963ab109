import type { Inventory } from '../cluster/inventory.ts'
import type { BalancedNode, BalancerProgram, NodeContainer } from '../model/container.ts'
import type { Mapping } from './mapping.ts'

/** A balancer on the way: each connection may come to another of these nodes. */
export interface Balanced {
  program: BalancerProgram
  /** By the names of the nodes, where they are known by those. */
  backends: BalancedNode[]
}

/**
 * nginx takes a node out for so long after a connection that it could not make, as k3d sets it up; it tries the next node
 * meanwhile, after up to two seconds where the node is silent.
 *
 * Source: k3d, proxy/templates/nginx.tmpl (`max_fails=1 fail_timeout=10s`, `proxy_connect_timeout 2s`); nginx,
 * ngx_stream_upstream_module: it does so only where there is more than one.
 */
export const NGINX_OUT_MS = 10_000
export const NGINX_CONNECT_MS = 2000

/** null where the way leads through no balancer, or where that one leads is not known. */
export function balancedBy(
  inventory: Readonly<Inventory>,
  mapping: Mapping,
  container: NodeContainer,
): Balanced | null {
  const known = container.role === 'balancer' ? inventory.balancers.get(container.name) : undefined
  const door = mapping.entry === 'balancer' ? mapping.hostPort : mapping.containerPort
  const port = known?.ports.find((one) => one.containerPort === door && one.protocol === mapping.protocol)
  if (known === undefined || port === undefined || port.backends.length === 0) return null
  const backends = port.backends.map((one) => ({ ...one, node: nodeBy(inventory, one.node) }))
  return { program: known.program, backends }
}

function nodeBy({ containers, nodes }: Readonly<Inventory>, text: string): string {
  const holder = containers.find(({ name, addresses }) => name === text || addresses.includes(text))
  return holder?.name ?? [...nodes.values()].find(({ addresses }) => addresses.includes(text))?.name ?? text
}
