import type { Inventory } from '../cluster/inventory.ts'
import type { Mapping } from '../route/mapping.ts'
import { addressFor } from '../route/families.ts'
import { nodesPort, type Path } from '../route/path.ts'
import { isLoopback } from '../model/address.ts'
import type { Vantage } from '../model/vantage.ts'

/** A place to probe a mapped port from, and whether what is seen there decides the port's state. */
export interface Viewpoint {
  vantage: Vantage
  /** `host:...` for the port itself, `node:NAME:PORT` for a witness beside it. */
  target: string
  address: string
  port: number
  /**
   * Counts for the port's state. The node's address does so only once one has ever answered (desktop engines keep node
   * addresses inside their virtual machine, and clouds behind their own network): that is for the caller to know.
   */
  role: 'decides' | 'decides once it answered' | 'note' | 'witness'
  why: string
}

/** At most so many nodes that hold endpoints are probed beside the mapped one. */
const WITNESSES = 3

/** Every place from which this host probes the port. A stopped node's addresses stay known until it has others. */
export function viewpointsOf(
  path: Path,
  inventory: Inventory,
  lastAddresses: (node: string) => readonly string[],
): Viewpoint[] {
  const { mapping } = path
  if (mapping.entry === 'balancer') return [atBalancer(mapping), ...witnesses(path, inventory)]
  const points = mapping.entry === 'hostPort' ? hostViewpoints(path, inventory) : []
  const { name, addresses } = path.container
  const listens = mapping.entry === 'hostPort' ? mapping.listenAddresses : []
  const known = addresses.length > 0 ? addresses : lastAddresses(name)
  const own = addressFor(known, listens, servedFamilies(path))
  if (own !== undefined) {
    points.push({
      vantage: 'host/node-address',
      target: mapping.target,
      address: own,
      port: mapping.containerPort,
      role: 'decides once it answered',
      why: `the address of ${name}`,
    })
  }
  return [...points, ...witnesses(path, inventory)]
}

/** kube-proxy has rules for a Service in its own families alone. */
const servedFamilies = ({ route }: Path) => (route.kind === 'nodePort' ? (route.service.families ?? []) : [])

function atBalancer({ target, hostPort, listenAddresses }: Mapping): Viewpoint {
  return {
    vantage: 'host/balancer',
    target,
    address: listenAddresses[0] ?? '',
    port: hostPort,
    role: 'decides once it answered',
    why: 'the address of the load balancer',
  }
}

function hostViewpoints(path: Path, inventory: Inventory): Viewpoint[] {
  const { mapping } = path
  const points: Viewpoint[] = []
  const add = (vantage: Vantage, address: string, role: Viewpoint['role'], why: string) => {
    if (points.some((one) => one.vantage === vantage)) return
    points.push({ vantage, target: mapping.target, address, port: mapping.hostPort, role, why })
  }
  const alone = mapping.listenAddresses.every(isLoopback) ? ' only: no other machine reaches it (listen_loopback)' : ''
  for (const listen of mapping.listenAddresses) {
    const why = `the port listens on ${listen}`
    if (listen === '0.0.0.0') {
      add('host/loopback4', '127.0.0.1', 'decides', why)
      if (inventory.lan !== null) add('host/lan', inventory.lan, 'decides', why)
    } else if (listen === '::') {
      if (inventory.loopback6) add('host/loopback6', '::1', 'decides', why)
      add('host/loopback4', '127.0.0.1', 'note', `${why}, which need not cover IPv4`)
    } else if (listen === '::1') {
      add('host/loopback6', '::1', 'decides', `${why}${alone}`)
    } else if (listen.startsWith('127.')) {
      add('host/loopback4', listen, 'decides', `${why}${alone}`)
    } else {
      add('host/lan', listen, 'decides', why)
    }
  }
  if (inventory.loopback6) {
    add(
      'host/loopback6',
      '::1',
      'note',
      `the port listens on ${mapping.listenAddresses.join(' and ')}, not on IPv6 (listen_family)`,
    )
  }
  return points
}

/** So many of the nodes behind a balancer are. */
const BACKENDS = 8

/**
 * The same NodePort or host port at the nodes that hold an endpoint, and at those that a balancer leads to: it tells the path
 * from the application, and one node from another.
 */
function witnesses(path: Path, inventory: Inventory): Viewpoint[] {
  const port = nodesPort(path)
  if (path.route.kind === 'none' || port === 0) return []
  const holders = path.endpoints.filter(({ serves, node }) => serves && node !== path.container.name)
  const holding = [...new Set(holders.flatMap(({ node }) => node ?? []))].slice(0, WITNESSES)
  const backends = (path.balanced?.backends ?? []).slice(0, BACKENDS).map(({ node }) => node)
  return [...new Set([...backends, ...holding])].flatMap((node) => {
    const { addresses = [] } = inventory.containers.find((one) => one.name === node) ?? {}
    const address = addressFor(addresses.length > 0 ? addresses : lastOf(inventory, node), [], servedFamilies(path))
    if (address === undefined) return []
    return {
      vantage: 'host/node-address' as const,
      target: `node:${node}:${port}${path.mapping.protocol === 'udp' ? '/udp' : ''}`,
      address,
      port,
      role: 'witness' as const,
      why: [
        ...(backends.includes(node) ? [`${path.container.name} leads to ${node}`] : []),
        ...(holding.includes(node) ? [`${node} holds an endpoint`] : []),
      ].join(', '),
    }
  })
}

/** A balancer goes on leading to a node that is stopped. */
function lastOf({ lastAddresses, balancers }: Inventory, node: string): readonly string[] {
  return balancers.size === 0 ? [] : (lastAddresses.get(node) ?? [])
}
