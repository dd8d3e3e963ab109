import { type Fault, REPLACED } from './fault.ts'
import type { Pond } from './pond.ts'

/** A fault of the practice cluster, and on which engine. */
export type PracticeFault = Fault<Pond> & { desktop?: true }

/** While a node is restarted it is down, and to say so is right. */
const RESTARTED = ['node_down'] as const

const goAway = (pond: Pond) => pond.movePod(pond.away)

/** What no kind cluster on Linux can be made to do, or not without its engine; on a practice cluster. */
export const PRACTICE_FAULTS: readonly PracticeFault[] = [
  {
    name: 'the engine forgets the port bindings when the node is started again',
    port: 'cluster',
    cause: 'bindings_lost',
    also: RESTARTED,
    act: ({ cluster, mapped }) => cluster.restartWithoutBindings(mapped),
  },
  {
    name: 'another process takes the host port while the node is stopped',
    port: 'cluster',
    cause: 'port_taken',
    also: RESTARTED,
    async act({ cluster, mapped, squat, hostPort }) {
      await cluster.stopNode(mapped)
      await squat(hostPort.cluster)
      await cluster.restartWithoutBindings(mapped)
    },
  },
  {
    name: 'docker-proxy dies',
    port: 'cluster',
    cause: 'proxy_dead',
    act: ({ cluster, mapped }) => cluster.killProxies(mapped),
  },
  {
    name: 'the mapped node is started again under another address',
    port: 'cluster',
    cause: 'node_address_moved',
    also: RESTARTED,
    act: ({ cluster, mapped }) => cluster.restartUnderAnotherAddress(mapped),
  },
  {
    name: 'a NetworkPolicy comes that lets in pods only',
    port: 'cluster',
    cause: 'network_policy',
    async arrange(pond) {
      pond.cluster.enforcePolicies()
      await goAway(pond)
    },
    act: async ({ cluster }) => cluster.policy({ name: 'pods-only', app: 'app' }),
  },
  {
    name: 'large packets are lost between the mapped node and that of the pod',
    port: 'cluster',
    cause: 'mtu',
    also: ['app_slow'],
    arrange: goAway,
    act: async ({ cluster, mapped, away }) => cluster.breakPath(mapped, away, 'large'),
  },
  {
    name: 'desktop engine: policy Local, and the pod moves off the mapped node',
    desktop: true,
    port: 'local',
    cause: 'etp_local',
    also: REPLACED,
    act: goAway,
  },
  {
    name: 'desktop engine: a pod with a host port moves off the mapped node',
    desktop: true,
    port: 'hostPort',
    cause: 'hostport_off',
    also: REPLACED,
    act: goAway,
  },
  {
    name: 'desktop engine: the path between the mapped node and that of the pod breaks',
    desktop: true,
    port: 'cluster',
    cause: 'cross_node',
    arrange: goAway,
    act: async ({ cluster, mapped, away }) => cluster.breakPath(mapped, away),
  },
  {
    name: 'desktop engine: the mapped node is stopped',
    desktop: true,
    port: 'cluster',
    cause: 'node_down',
    act: ({ cluster, mapped }) => cluster.stopNode(mapped),
  },
  {
    name: 'innocent: a NetworkPolicy comes that lets everybody in',
    port: 'cluster',
    cause: null,
    arrange: async ({ cluster }) => cluster.enforcePolicies(),
    act: async ({ cluster }) => cluster.policy({ name: 'everybody', app: 'app', outsiders: true }),
  },
  {
    name: 'innocent: the API server is away, and nothing else',
    port: 'cluster',
    cause: null,
    act: ({ cluster }) => cluster.stopApi(),
    undo: ({ cluster }) => cluster.startApi(),
  },
]
