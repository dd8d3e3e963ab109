import type { NodeContainer } from '@portolan/core'
import type { BalancerSource } from '../balancers/balancer-source.ts'
import type { InspectedContainer } from '../inspected.ts'

export type Labels = Readonly<Record<string, string>>

/** What a tool that runs Kubernetes nodes as containers says of one of them. */
export interface Member {
  /** What Portolan calls the cluster: as the tool does, or as its context where that tells it from others. */
  cluster: string
  /** The context that the tool writes into the kubeconfig. */
  context: string
  role: NodeContainer['role']
  /** Of a balancer that was made for one Service. */
  service?: NonNullable<NodeContainer['service']>
}

/** A tool that makes clusters of containers. */
export interface Provider {
  name: 'kind' | 'k3d' | 'minikube' | 'talos'
  /** All of its containers have this label; with its value where the key alone says nothing. */
  label: { key: string; value?: string }
  /** The tool publishes this port of such a container for itself: nobody's application is behind it. */
  isOwnPort(port: number, role: Member['role']): boolean
  /** Its network, where it has a name of its own. */
  network?: string
  /** Where its balancers say where they lead. */
  balancer?: BalancerSource
  /** null where the container is no part of the way into a cluster. */
  read(labels: Labels, container: InspectedContainer): Member | null
}
