import type { NodeContainer } from '../model/container.ts'
import type { PreflightWorld } from '../model/world.ts'
import type { MappedPort } from '../route/mapped-port.ts'

/**
 * What answers at a port of the node without any pod of the user; null for nobody.
 *
 * Source: Kubernetes, "Ports and Protocols"; kubeadm binds scheduler and controller manager to loopback.
 */
export function ownServerAt(world: PreflightWorld, { nodes, containerPort, protocol }: MappedPort): string | null {
  if (protocol !== 'tcp') return null
  const role: NodeContainer['role'] | undefined = world.containers.find(({ name }) => nodes.includes(name))?.role
  if (world.network?.edgePorts.includes(containerPort) === true) return "The cluster's own edge proxy (Traefik)"
  switch (containerPort) {
    case 6443:
      return role === 'control-plane' ? 'The API server' : null
    case 2379:
    case 2380:
      return role === 'control-plane' ? 'etcd' : null
    case 10250:
      return 'The kubelet'
    case 10256:
      return world.network?.proxyMode === 'none' ? null : "kube-proxy's health check"
    default:
      return null
  }
}
