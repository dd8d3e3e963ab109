import { run } from '../kind/harness/shell.ts'
import type { StoryCluster } from '../kind/harness/story-cluster.ts'
import { PROGRAM } from '../kind/harness/workloads.ts'

/** A story in the cluster, and the hands that break it. `reset` takes back all that they did. */
export interface Bed extends StoryCluster {
  controlPlane: string
  /** Workers that are not mapped. */
  away: readonly [string, string]
  /** A strategic merge patch of the Deployment or of a Service. */
  patch(what: 'deployment/app' | 'service/local' | 'service/cluster', change: object): Promise<string>
  /** Of the pods in the Deployment's template. */
  patchPod(spec: object): Promise<string>
  /** Of the container there. */
  patchContainer(change: object): Promise<string>
  deletePod(): Promise<string>
  /** Makes an object in the namespace of the story. */
  add(object: object): Promise<void>
  /** Makes it, and waits until its pods are ready. */
  addReady(deployment: { metadata: { name: string } }): Promise<void>
  taint(node: string, effect: 'NoSchedule' | 'NoExecute'): Promise<void>
  /** A program of a node stops where it is. */
  freeze(node: string, program: 'kube-proxy' | 'kube-scheduler'): Promise<void>
  /** So do the processes of the story's pod. */
  freezeApplication(): Promise<void>
  /** Puts a rule before the others of a node: a chain of iptables and its words. */
  rule(node: string, ...rule: readonly string[]): Promise<void>
  podCidr(node: string): Promise<string>
  pause(node: string): Promise<void>
  /** Something that the last `reset` did not do is to be taken back by the next one. */
  undo(act: () => Promise<unknown>): void
}

export function makeBed(cluster: StoryCluster): Bed {
  const { kubectl, onNode, others } = cluster
  const undone: (() => Promise<unknown>)[] = []
  const undo: Bed['undo'] = (act) => void undone.push(act)
  const patch: Bed['patch'] = (what, change) => kubectl('patch', ...what.split('/'), '-p', JSON.stringify(change))
  const patchPod: Bed['patchPod'] = (spec) => patch('deployment/app', { spec: { template: { spec } } })

  async function withObject(command: 'create' | 'delete', object: object): Promise<void> {
    const more = command === 'delete' ? ['--ignore-not-found', '--timeout=60s'] : []
    const words = ['kubectl', '--context', cluster.context, '-n', cluster.namespace, command, ...more, '-f', '-']
    await run(words, { input: JSON.stringify(object) })
  }

  async function add(object: object): Promise<void> {
    undo(() => withObject('delete', object))
    await withObject('create', object)
  }

  return {
    ...cluster,
    controlPlane: `${cluster.name}-control-plane`,
    away: [others[0] ?? '', others[1] ?? ''],
    patch,
    patchPod,
    patchContainer: (change) => patchPod({ containers: [{ name: 'app', ...change }] }),
    deletePod: () => kubectl('delete', 'pod', '-l', 'app=app', '--wait=false'),
    add,
    async addReady(deployment) {
      await add(deployment)
      await kubectl('rollout', 'status', `deployment/${deployment.metadata.name}`, '--timeout=120s')
    },
    async taint(node, effect) {
      undo(() => kubectl('taint', 'node', node, 'kept-'))
      await kubectl('taint', 'node', node, `kept=for-others:${effect}`)
    },
    async freeze(node, program) {
      undo(() => onNode(node, 'pkill', '-CONT', '-x', program))
      await onNode(node, 'pkill', '-STOP', '-x', program)
    },
    async freezeApplication() {
      const { metadata, spec } = await cluster.pod()
      const signal = (name: string) =>
        onNode(spec.nodeName ?? '', 'sh', '-c', SIGNAL_POD, name, metadata.uid.replaceAll('-', '.'), PROGRAM.process)
      undo(() => signal('CONT').catch(() => {}))
      await signal('STOP')
    },
    async rule(node, ...rule) {
      undo(() => onNode(node, 'iptables', '-D', ...rule))
      await onNode(node, 'iptables', '-I', ...rule)
    },
    podCidr: async (node) => (await kubectl('get', 'node', node, '-o', 'jsonpath={.spec.podCIDR}')).trim(),
    async pause(node) {
      undo(() => run(['docker', 'unpause', node]))
      await run(['docker', 'pause', node])
    },
    undo,
    async reset() {
      for (const act of undone.splice(0).reverse()) await act()
      await cluster.reset()
    },
  }
}

/** Sends the signal $0 to the processes called $2 of the pod with the uid $1. */
const SIGNAL_POD =
  'found=1; for p in $(pgrep -x "$2"); do grep -q "$1" "/proc/$p/cgroup" && kill -s "$0" "$p" && found=0; done; exit $found'
