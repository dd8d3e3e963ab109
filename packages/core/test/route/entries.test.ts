import { describe, expect, test } from '@jest/globals'
import { createInventory, type Inventory, updateInventory } from '../../src/cluster/inventory.ts'
import type { NodeSnapshot, PodSnapshot, ServicePort, ServiceSnapshot } from '../../src/index.ts'
import { entriesOf, MOST_ENTRIES, whyNoBalancer } from '../../src/route/entries.ts'
import { mapped, node, pod, service, slice, withHostPort } from '../builders.ts'

type Objects = { nodes: NodeSnapshot[]; services: ServiceSnapshot[]; pods?: PodSnapshot[] }

function inventoryOf({ nodes, services, pods = [] }: Objects, byAddress = true): Inventory {
  const inventory = createInventory()
  if (byAddress) updateInventory(inventory, { kind: 'no_engine' }, 0)
  updateInventory(inventory, { kind: 'listed', resource: 'nodes', objects: nodes }, 0)
  updateInventory(inventory, { kind: 'listed', resource: 'services', objects: services }, 0)
  updateInventory(inventory, { kind: 'listed', resource: 'pods', objects: pods }, 0)
  updateInventory(inventory, { kind: 'listed', resource: 'endpointslices', objects: [slice(pods)] }, 0)
  return inventory
}

const port = (more: Partial<ServicePort>): ServicePort => ({
  name: '',
  port: 80,
  targetPort: '8080',
  nodePort: 30080,
  protocol: 'TCP',
  appProtocol: '',
  ...more,
})
const targets = (inventory: Inventory) => entriesOf(inventory).mappings.map(({ target }) => target)
const nodes = ['a', 'b'].map((name) => node(name))
const balanced = (...balancerAddresses: string[]) => service({ type: 'LoadBalancer', balancerAddresses })

describe('the ways into a cluster that is known by its addresses', () => {
  test('are each NodePort at each node, TCP and UDP alike', () => {
    const ports = [port({}), port({ nodePort: 30053, protocol: 'UDP' }), port({ nodePort: 30090, protocol: 'SCTP' })]
    expect(targets(inventoryOf({ nodes, services: [service({ ports })] }))).toEqual([
      'node:a:30080',
      'node:b:30080',
      'node:a:30053/udp',
      'node:b:30053/udp',
    ])
  })

  test('are the host ports of pods where these are, but those of the cluster itself', () => {
    const pods = [
      pod('edge', 'a', { placement: withHostPort(8080) }),
      pod('own', 'b', { placement: withHostPort(9100), namespace: 'kube-system' }),
    ]
    expect(targets(inventoryOf({ nodes, services: [], pods }))).toEqual(['node:a:8080'])
  })

  test('lead from this host to no credentials of its cloud, whatever a kubelet that was taken over says of its node', () => {
    const hostile = node('a', { addresses: ['169.254.169.254', '64:ff9b::a9fe:a9fe'] })
    const pods = [pod('edge', 'a', { placement: withHostPort(80) })]
    expect(targets(inventoryOf({ nodes: [hostile, node('b')], services: [service()], pods }))).toEqual(['node:b:30080'])
  })

  test('are at some nodes with an endpoint and some without, where the nodes are many', () => {
    const many = Array.from({ length: 30 }, (_, index) => node(`n${String(index).padStart(2, '0')}`))
    const found = targets(inventoryOf({ nodes: many, services: [service()], pods: [pod('web-1', 'n29')] }))
    expect(found).toHaveLength(8)
    expect(found).toContain('node:n29:30080')
  })

  test('are bounded, and the Services that have no room are named', () => {
    const services = Array.from({ length: 150 }, (_, index) =>
      service({ name: `s${String(index).padStart(3, '0')}`, ports: [port({ nodePort: 30000 + index })] }),
    )
    const { mappings, leftOut } = entriesOf(inventoryOf({ nodes, services }))
    expect(mappings).toHaveLength(MOST_ENTRIES)
    expect(leftOut).toHaveLength(50)
    expect(leftOut[0]).toBe('default/s100')
  })
})

describe('the address of a load balancer', () => {
  test('is one of so many at most of one Service, and takes no room of others', () => {
    const addresses = Array.from({ length: 1000 }, (_, index) => `172.19.${index >> 8}.${index & 255}`)
    const services = [
      service({ name: 'a', type: 'LoadBalancer', balancerAddresses: addresses }),
      service({ name: 'b', ports: [port({ nodePort: 30099 })] }),
    ]
    const { mappings, leftOut } = entriesOf(inventoryOf({ nodes, services }))
    expect(mappings.length).toBeLessThan(100)
    expect(mappings.filter(({ hostPort }) => hostPort === 30099)).toHaveLength(nodes.length)
    expect(leftOut).toEqual(['default/a'])
  })

  test('is a way into a cluster whose ports are mapped as well', () => {
    const inventory = inventoryOf({ nodes, services: [balanced('172.18.0.240')] }, false)
    updateInventory(inventory, { kind: 'containers', containers: [mapped('a', { 8080: 30080 })] }, 0)
    expect(targets(inventory)).toEqual(['host:8080', 'lb:172.18.0.240:80'])
  })

  test('leads to the node that has it among its own addresses', () => {
    const inventory = inventoryOf({ nodes, services: [balanced(nodes[1]?.addresses[0] ?? '')] }, false)
    updateInventory(inventory, { kind: 'containers', containers: [mapped('b', {})] }, 0)
    expect(entriesOf(inventory).mappings[0]?.container.name).toBe('b')
  })

  test.each([
    '127.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    'fe80::1',
    '::1',
    '255.255.255.255',
    '0:0:0:0:0:0:0:0',
    '0:0:0:0:0:0:0:1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '0:0:0:0:0:ffff:7f00:1',
    ':::',
    'balancer.example.com',
    '1.2.3.4/../x',
    '',
  ])('is not looked at where it is %j', (address) => {
    const inventory = inventoryOf({ nodes, services: [balanced(address)] }, false)
    expect(targets(inventory)).toEqual([])
    expect(whyNoBalancer(inventory, balanced(address))).toMatch(/which is not an address that Portolan watches\.$/)
  })

  test('is not looked at where it is an address of this host, unless the host is a node', () => {
    const inventory = inventoryOf({ nodes, services: [balanced('172.18.0.1')] }, false)
    const own = ['172.18.0.1', '192.0.2.7']
    updateInventory(inventory, { kind: 'vantages', lan: '192.0.2.7', loopback6: false, own }, 0)
    expect(targets(inventory)).toEqual([])
    updateInventory(inventory, { kind: 'listed', resource: 'nodes', objects: [node('a', { addresses: own })] }, 0)
    expect(targets(inventory)).toEqual(['lb:172.18.0.1:80'])
  })

  test('is waited for where nobody has handed one out', () => {
    const inventory = inventoryOf({ nodes, services: [balanced()] })
    expect(whyNoBalancer(inventory, balanced())).toBe(
      'Service default/web of type LoadBalancer waits for an address: nothing has handed one out.',
    )
  })
})
