import { freePorts } from '../../free-ports.ts'
import { run } from './shell.ts'

/** The ports of a node that are mapped to the host. */
export const NODE_PORTS = { local: 30080, cluster: 30081, hostPort: 8000 } as const

/** The same for the story in its nth namespace: several stories share a cluster. */
export const nodePortsOf = (story: number): Record<PortName, number> => ({
  local: NODE_PORTS.local + 10 * story,
  cluster: NODE_PORTS.cluster + 10 * story,
  hostPort: NODE_PORTS.hostPort + 10 * story,
})

/** Mapped over UDP. */
export const DNS_NODE_PORT = 30053

export type PortName = keyof typeof NODE_PORTS

export const PROXY_MODES = ['iptables', 'nftables'] as const

/** How kube-proxy writes its rules. */
export type ProxyMode = (typeof PROXY_MODES)[number]

/** Which addresses the nodes, pods and Services have, by kind's own words. */
export type IpFamily = 'ipv4' | 'dual' | 'ipv6'

/**
 * Makes a kind cluster whose first worker (its only node, where it has no workers) has ports mapped, each to a free host
 * port. Takes the node image KIND_NODE_IMAGE, else kind's own.
 */
export async function makeCluster(options: {
  name: string
  workers: number
  containerPorts: readonly number[]
  udpPorts?: readonly number[]
  proxyMode?: ProxyMode
  ipFamily?: IpFamily
  kubeconfig: string
}): Promise<void> {
  const {
    name,
    workers,
    containerPorts,
    udpPorts = [],
    proxyMode = 'iptables',
    ipFamily = 'ipv4',
    kubeconfig,
  } = options
  const ports = [
    ...containerPorts.map((containerPort) => ({ containerPort, protocol: 'TCP' })),
    ...udpPorts.map((containerPort) => ({ containerPort, protocol: 'UDP' })),
  ]
  const free = await freePorts(ports.length)
  const mappings = ports.map(
    ({ containerPort, protocol }, index) =>
      `      - { containerPort: ${containerPort}, hostPort: ${free[index]}, protocol: ${protocol} }`,
  )
  const mapped = ['    extraPortMappings:', ...mappings]
  const config = [
    'kind: Cluster',
    'apiVersion: kind.x-k8s.io/v1alpha4',
    `networking: { kubeProxyMode: ${proxyMode}, ipFamily: ${ipFamily} }`,
    'nodes:',
    '  - role: control-plane',
    ...(workers === 0 ? mapped : []),
    ...Array.from({ length: workers }).flatMap((_, index) => ['  - role: worker', ...(index === 0 ? mapped : [])]),
  ]
  const image = process.env['KIND_NODE_IMAGE']
  const chosen = image === undefined ? [] : ['--image', image]
  const words = ['kind', 'create', 'cluster', '--name', name, '--kubeconfig', kubeconfig, '--wait', '120s', ...chosen]
  await run([...words, '--config', '-'], { input: config.join('\n') })
  const ready = ['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=180s']
  await run(['kubectl', '--kubeconfig', kubeconfig, '--context', `kind-${name}`, ...ready])
}

/** Harmless where there is no such cluster. */
export async function deleteCluster(name: string, kubeconfig: string): Promise<void> {
  await run(['kind', 'delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig])
}
