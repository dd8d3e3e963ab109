import {
  type NodeContainer,
  type ObjectSnapshot,
  type Observation,
  RESOURCES,
  type Resource,
  type ServiceSnapshot,
} from '@portolan/core'

/** A cluster of many nodes, a thousand if not told, with two hundred mapped ports, for the benchmarks. */
export const NODES = 1000
export const PORTS = 200
const BEGAN = 1_700_000_000_000

const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
const identified = (namespace: string, name: string) => ({
  namespace,
  name,
  uid: name,
  resourceVersion: '1',
  createdAt: BEGAN,
})

const bindingsOf = (count: number) =>
  Array.from({ length: count }, (_, port) => ({
    listenAddress: '0.0.0.0',
    hostPort: 20_000 + port,
    containerPort: 30_000 + port,
    protocol: 'tcp' as const,
  }))

function containersOf(count: number, ports: number): NodeContainer[] {
  const bindings = bindingsOf(ports)
  return Array.from({ length: count }, (_, index): NodeContainer => {
    const held = bindings.filter((_one, port) => port % count === index)
    return {
      id: `c${index}`,
      name: `node-${index}`,
      role: 'worker',
      state: 'running',
      startedAt: BEGAN,
      addresses: [address(index)],
      bindings: held,
      wished: held,
    }
  })
}

function objects(containers: NodeContainer[], ports: number): ObjectSnapshot[] {
  const nodes = containers.map(
    ({ name, addresses }): ObjectSnapshot => ({
      ...identified('', name),
      kind: 'Node',
      labels: {},
      taints: [],
      unschedulable: false,
      ready: null,
      addresses,
    }),
  )
  const services = [
    serviceNamed('kube-system', 'kube-dns', '10.96.255.10', 53),
    serviceNamed('default', 'kubernetes', '10.96.255.1', 443),
  ]
  const behind = Array.from({ length: ports }, (_, port) => port).flatMap((port) => [
    serviceOf(port),
    sliceOf(port, (port + 1) % containers.length),
  ])
  return [...nodes, ...services, ...behind]
}

/** What every agent looks at. */
function serviceNamed(namespace: string, name: string, clusterIP: string, port: number): ServiceSnapshot {
  const ports = (name === 'kube-dns' ? (['UDP', 'TCP'] as const) : (['TCP'] as const)).map((protocol) => ({
    name: protocol.toLowerCase(),
    port,
    targetPort: String(port),
    nodePort: 0,
    protocol,
    appProtocol: '',
  }))
  return { ...serviceOf(0), ...identified(namespace, name), type: 'ClusterIP', clusterIP, ports }
}

function serviceOf(port: number): ServiceSnapshot {
  return {
    ...identified('default', `web-${port}`),
    kind: 'Service',
    type: 'NodePort',
    selector: { app: `web-${port}` },
    externalTrafficPolicy: 'Cluster',
    clusterIP: `10.96.${port >> 8}.${port & 255}`,
    publishNotReadyAddresses: false,
    ports: [{ name: 'http', port: 80, targetPort: '8080', nodePort: 30_000 + port, protocol: 'TCP', appProtocol: '' }],
    annotations: {},
    managedByHelm: false,
  }
}

/** The endpoints of a port, whose one pod runs on this node. */
export function sliceOf(port: number, node: number): ObjectSnapshot {
  return {
    ...identified('default', `web-${port}-x`),
    kind: 'EndpointSlice',
    service: `web-${port}`,
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: [`10.244.${port & 255}.${node & 255}`],
        node: `node-${node}`,
        pod: null,
        ready: true,
        serving: true,
        terminating: false,
      },
    ],
  }
}

const PLURALS: Partial<Record<Resource, ObjectSnapshot['kind']>> = {
  nodes: 'Node',
  services: 'Service',
  endpointslices: 'EndpointSlice',
  networkpolicies: 'NetworkPolicy',
}
/** What the agent on a node says of itself. */
export const agent = (index: number): Observation => ({
  kind: 'agent',
  node: `node-${index}`,
  address: address(index),
  echoPort: 9466,
})

/** Everything that was there before any agent came. */
export function found(nodes = NODES, ports = PORTS): Observation[] {
  const containers = containersOf(nodes, ports)
  const all = objects(containers, ports)
  const lists = RESOURCES.map(
    (resource): Observation => ({
      kind: 'listed',
      resource,
      objects: all.filter(({ kind }) => kind === PLURALS[resource]),
    }),
  )
  return [{ kind: 'containers', containers }, ...lists]
}
