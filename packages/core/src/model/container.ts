/** The container engine that holds the nodes. */
export interface EngineInfo {
  kind: 'docker' | 'podman' | 'nerdctl'
  version: string
  /** As the engine states it: `Docker Desktop`, `Debian GNU/Linux 12 (bookworm)`. */
  operatingSystem: string
  /** The nodes live in a virtual machine of their own: their addresses cannot be reached from the host. */
  desktop: boolean
  /** The socket or command that we use, for messages. */
  endpoint: string
}

/** A node of a cluster as its container engine sees it: its name is the Kubernetes node's name. Or a balancer in front of its nodes. */
export interface NodeContainer {
  id: string
  name: string
  role: 'control-plane' | 'worker' | 'balancer'
  /** The tool that made the cluster, as `kind`; absent where no engine shows it. */
  provider?: string
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  /** When it last started, ms since the epoch; 0 when never. */
  startedAt: number
  /** Addresses on the cluster's network; empty while stopped. */
  addresses: string[]
  /** The port bindings in force, without the API server's. */
  bindings: Binding[]
  /** The bindings that were asked for when it was created; `hostPort` 0 stands for any free one. */
  wished: Binding[]
  /** Why its last start failed, in the engine's words; absent where it did not. */
  error?: string
  /** Of a balancer that was made for one Service: it listens on that Service's ports. */
  service?: { namespace: string; name: string }
}

/** So many ports of a balancer are read, and so many backends of each. */
export const MOST_BALANCED_PORTS = 3000
export const MOST_BACKENDS = 24

/** What a balancer does with what comes to one of its ports. */
export interface BalancedPort {
  containerPort: number
  protocol: 'tcp' | 'udp'
  backends: BalancedNode[]
}

/** Where a balancer leads to. */
export interface BalancedNode {
  /** A node's name, or its address. */
  node: string
  /** Whether it takes the node for healthy; absent where it does not say. */
  healthy?: boolean
}

/** Programs whose configuration or answers we read. */
export const BALANCER_PROGRAMS = ['nginx', 'Envoy'] as const

export type BalancerProgram = (typeof BALANCER_PROGRAMS)[number]

/** A host port that leads into a node container. */
export interface Binding {
  /** `0.0.0.0` where the engine leaves it empty. */
  listenAddress: string
  hostPort: number
  containerPort: number
  protocol: 'tcp' | 'udp'
}
