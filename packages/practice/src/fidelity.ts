import type { Symptom } from '@portolan/core'

/**
 * What a cluster must be able to do for the table below, real or practice. It has a control plane and at least two
 * workers, of which one has its ports mapped, and one Deployment `app` of one replica (no readiness delay beyond a few
 * seconds, one hostPort, a maxSurge of 0) behind two NodePort Services, one of either externalTrafficPolicy.
 */
export interface ClusterUnderTest {
  /** Brings the only pod onto this node; done when it is ready, its predecessor gone, and every node knows. */
  placePod(on: 'mapped' | 'other'): Promise<void>
  scale(replicas: 0 | 1): Promise<void>
  /** Packets from the mapped node to the pods of the other are lost from now on. */
  breakPath(): Promise<void>
  /** kube-proxy on the mapped node takes no change any more. */
  freezeKubeProxy(): Promise<void>
  /** The application hangs (SIGSTOP) while its pod is still ready. */
  freezeApplication(): Promise<void>
  /** When the hanging application's pod is not ready any more, and every node knows. */
  unready(): Promise<void>
  stopMappedNode(): Promise<void>
  /** Undoes all of it: the pod is ready on the mapped node, and every port answers. */
  restore(): Promise<void>
  /** Where to probe. */
  address(port: PortUnderTest, vantage: VantageUnderTest): { address: string; port: number }
}

export type PortUnderTest = 'local' | 'cluster' | 'hostPort'

/** The mapped host port; its node's own address; the address of the other worker. */
export type VantageUnderTest = 'loopback' | 'mapped node' | 'other node'

export interface Situation {
  name: string
  arrange(cluster: ClusterUnderTest): Promise<void>
  /** Any of the symptoms, and those of the same class; what is left out is not looked at. */
  expected: Record<PortUnderTest, Partial<Record<VantageUnderTest, Symptom[]>>>
}

const ok: Symptom[] = ['ok']
const silent: Symptom[] = ['silent']
const closed: Symptom[] = ['closed']
const refused: Symptom[] = ['refused']
const dropped: Symptom[] = ['connect_timeout']
/** The kernel accepts for a hanging application until its queue is full. */
const hanging: Symptom[] = ['silent', 'connect_timeout']
/** The pod's old address is asked for on its bridge: it depends on the neighbour table when the kernel gives up. */
const nobodyThere: Symptom[] = ['closed', 'silent']

const see = (loopback: Symptom[], mapped: Symptom[], other?: Symptom[]) => ({
  loopback,
  'mapped node': mapped,
  ...(other !== undefined && { 'other node': other }),
})

/**
 * What a real kind cluster showed (Kubernetes 1.34, kube-proxy in iptables mode, Docker with its userland proxy), with
 * one connection for each probe and a deadline of 1.5 s. `unreachable` counts as `connect_timeout`: loopback cannot make
 * it. A cluster that differs is no good for practice.
 */
export const SITUATIONS: readonly Situation[] = [
  {
    name: 'the pod runs on the mapped node',
    arrange: (cluster) => cluster.placePod('mapped'),
    expected: { local: see(ok, ok, dropped), cluster: see(ok, ok, ok), hostPort: see(ok, ok, refused) },
  },
  {
    name: 'the pod runs on another node',
    arrange: (cluster) => cluster.placePod('other'),
    expected: { local: see(silent, dropped, ok), cluster: see(ok, ok, ok), hostPort: see(closed, refused, ok) },
  },
  {
    name: 'there is no pod',
    arrange: (cluster) => cluster.scale(0),
    expected: {
      local: see(closed, refused, refused),
      cluster: see(closed, refused, refused),
      hostPort: see(closed, refused, refused),
    },
  },
  {
    name: 'the pod runs on another node, and the path to it is broken',
    async arrange(cluster) {
      await cluster.placePod('other')
      await cluster.breakPath()
    },
    expected: {
      local: see(silent, dropped, ok),
      cluster: see(silent, dropped, ok),
      hostPort: see(closed, refused, ok),
    },
  },
  {
    name: 'the mapped node kept its old rules when the pod moved away',
    async arrange(cluster) {
      await cluster.placePod('mapped')
      await cluster.freezeKubeProxy()
      await cluster.placePod('other')
    },
    expected: {
      local: see(silent, dropped, ok),
      cluster: see(nobodyThere, dropped, ok),
      hostPort: see(closed, refused, ok),
    },
  },
  {
    name: 'the application hangs',
    async arrange(cluster) {
      await cluster.placePod('mapped')
      await cluster.freezeApplication()
    },
    expected: { local: see(silent, hanging), cluster: see(silent, hanging), hostPort: see(silent, hanging) },
  },
  {
    name: 'the application hangs, and its pod is not ready any more',
    async arrange(cluster) {
      await cluster.placePod('mapped')
      await cluster.freezeApplication()
      await cluster.unready()
    },
    expected: { local: see(closed, refused), cluster: see(closed, refused, refused), hostPort: see(silent, hanging) },
  },
  {
    name: 'the mapped node is stopped, the pod runs elsewhere',
    async arrange(cluster) {
      await cluster.placePod('other')
      await cluster.stopMappedNode()
    },
    expected: {
      local: see(refused, dropped, ok),
      cluster: see(refused, dropped, ok),
      hostPort: see(refused, dropped, ok),
    },
  },
]
