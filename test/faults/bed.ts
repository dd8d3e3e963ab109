import { run } from '../kind/harness/shell.ts'
import type { StoryCluster } from '../kind/harness/story-cluster.ts'
import { PROGRAM } from '../kind/harness/workloads.ts'

/** The cluster with the story in it, and the hands that break it. */
export interface Bed extends StoryCluster {
  /** Workers that are not mapped; the first is not the collector's node where that can be helped. */
  away: readonly [string, string]
  /** A strategic merge patch of the Deployment or of a Service. */
  patch(what: 'deployment/app' | 'service/local' | 'service/cluster', change: object): Promise<string>
  /** Of the container in the Deployment's template. */
  patchContainer(change: object): Promise<string>
  freeze(node: string, program: 'kube-proxy' | 'application'): Promise<string>
  thaw(node: string, program: 'kube-proxy' | 'application'): Promise<unknown>
  /** Drops what the mapped node sends to the pods of a node: its own packets too, or only what it forwards. */
  drop(chains: readonly ('FORWARD' | 'OUTPUT')[], podsOf: string): Promise<unknown>
  undrop(): Promise<unknown>
  engine(...words: string[]): Promise<string>
}

export function makeBed(cluster: StoryCluster, collectorNode: string): Bed {
  const { mapped } = cluster
  const [first = '', second = ''] = cluster.others
  const dropped: string[][] = []
  const programs = { 'kube-proxy': 'kube-proxy', application: PROGRAM.process }
  const signal = (node: string, name: string, program: keyof typeof programs) =>
    cluster.onNode(node, 'pkill', `-${name}`, '-x', programs[program])
  const patch: Bed['patch'] = (what, change) =>
    cluster.kubectl('patch', ...what.split('/'), '-p', JSON.stringify(change))
  return {
    ...cluster,
    away: first === collectorNode ? [second, first] : [first, second],
    patch,
    patchContainer: (change) =>
      patch('deployment/app', { spec: { template: { spec: { containers: [{ name: 'app', ...change }] } } } }),
    freeze: (node, program) => signal(node, 'STOP', program),
    thaw: (node, program) => signal(node, 'CONT', program).catch(() => {}),
    async drop(chains, podsOf) {
      const pods = (await cluster.kubectl('get', 'node', podsOf, '-o', 'jsonpath={.spec.podCIDR}')).trim()
      for (const chain of chains) {
        dropped.push([chain, '-d', pods, '-j', 'DROP'])
        await cluster.onNode(mapped, 'iptables', '-I', chain, '-d', pods, '-j', 'DROP')
      }
    },
    async undrop() {
      for (const rule of dropped.splice(0)) await cluster.onNode(mapped, 'iptables', '-D', ...rule)
    },
    engine: (...words) => run(['docker', ...words]),
  }
}
