import type { ClusterUnderTest, PortUnderTest, VantageUnderTest } from '@portolan/practice'
import { NODE_PORTS } from './make-cluster.ts'
import type { StoryCluster } from './story-cluster.ts'
import { PROGRAM } from './workloads.ts'

/** The real cluster as the table of situations handles it. */
export function underTest(cluster: StoryCluster): ClusterUnderTest {
  const { mapped } = cluster
  const other = cluster.others[0] ?? ''
  const nodes = { mapped, other }
  const undo: (() => Promise<unknown>)[] = []
  const signal = (node: string, name: string, program: string) =>
    cluster.onNode(node, 'pkill', `-${name}`, '-x', program)
  /** Nodes whose kube-proxy takes changes. */
  let inStep = [mapped, ...cluster.others]

  return {
    async placePod(on) {
      const node = nodes[on]
      if ((await cluster.pod()).spec.nodeName !== node) await cluster.movePod(node)
      await cluster.rulesSettled(inStep)
    },
    async scale(replicas) {
      await cluster.scale(replicas)
      await cluster.rulesSettled(inStep)
    },
    async breakPath() {
      const pods = (await cluster.kubectl('get', 'node', other, '-o', 'jsonpath={.spec.podCIDR}')).trim()
      await cluster.onNode(mapped, 'iptables', '-I', 'FORWARD', '-d', pods, '-j', 'DROP')
      undo.push(() => cluster.onNode(mapped, 'iptables', '-D', 'FORWARD', '-d', pods, '-j', 'DROP'))
    },
    async freezeKubeProxy() {
      await signal(mapped, 'STOP', 'kube-proxy')
      inStep = [...cluster.others]
      undo.push(async () => {
        await signal(mapped, 'CONT', 'kube-proxy')
        inStep = [mapped, ...cluster.others]
      })
    },
    async freezeApplication() {
      await signal(mapped, 'STOP', PROGRAM.process)
      undo.push(() => signal(mapped, 'CONT', PROGRAM.process))
    },
    async unready() {
      await cluster.pods.until('the hanging pod was not ready', (pods) =>
        pods.every(({ status }) =>
          status.conditions?.some(({ type, status: now }) => type === 'Ready' && now !== 'True'),
        ),
      )
      await cluster.rulesSettled(inStep)
    },
    async stopMappedNode() {
      await cluster.stopNode(mapped)
      inStep = [...cluster.others]
      undo.push(async () => {
        inStep = [mapped, ...cluster.others]
      })
    },
    async restore() {
      for (const act of undo.splice(0).reverse()) await act()
      await cluster.reset()
    },
    address(port: PortUnderTest, vantage: VantageUnderTest) {
      if (vantage === 'loopback') return { address: '127.0.0.1', port: cluster.hostPort[port] }
      return { address: cluster.addresses[vantage === 'mapped node' ? mapped : other] ?? '', port: NODE_PORTS[port] }
    },
  }
}
