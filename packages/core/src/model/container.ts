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
}

/** A host port that leads into a node container. */
export interface Binding {
  /** `0.0.0.0` where the engine leaves it empty. */
  listenAddress: string
  hostPort: number
  containerPort: number
  protocol: 'tcp' | 'udp'
}
