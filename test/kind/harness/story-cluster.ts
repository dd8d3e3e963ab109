import { nodePortsOf, type PortName } from './make-cluster.ts'
import { type ObjectWatch, watchObjects } from './object-watch.ts'
import { attempt, run } from './shell.ts'
import { until } from './until.ts'
import { PRELOAD, storyOn } from './workloads.ts'

export interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string }
  spec: { nodeName?: string }
  status: {
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: { state?: { running?: { startedAt: string } } }[]
  }
}

export interface EndpointSlice {
  metadata: { name: string; uid: string }
  endpoints?: { nodeName?: string; conditions: { ready?: boolean; serving?: boolean; terminating?: boolean } }[] | null
}

/** The cluster that the run has made, with the story in it: one pod, three ways to it, one mapped worker. */
export interface StoryCluster extends AsyncDisposable {
  name: string
  context: string
  namespace: string
  mapped: string
  others: readonly string[]
  hostPort: Record<PortName, number>
  nodePort: Record<PortName, number>
  addresses: Record<string, string>
  pods: ObjectWatch<Pod>
  /** Those of the Service `local`. */
  slices: ObjectWatch<EndpointSlice>
  kubectl(...words: string[]): Promise<string>
  onNode(node: string, ...words: string[]): Promise<string>
  /** Deletes the pod and lets only this node take the next one; when that was ready, ms of the monotonic clock. */
  movePod(node: string): Promise<number>
  /** The pod, once there is but one and it is ready; on this node, where one is named. */
  pod(node?: string): Promise<Pod>
  scale(replicas: 0 | 1): Promise<void>
  /** The cluster's DNS server is the only one, and ready on this node. */
  placeDns(node: string): Promise<void>
  stopNode(node: string): Promise<void>
  /** Done when the node is Ready again, and what ran on it was started again: until then a pod counts as ready by what was before. */
  startNode(node: string): Promise<void>
  /** Done when kube-proxy on each of these nodes forwards both Services to the pods that are ready, and to no other. */
  rulesSettled(nodes?: readonly string[]): Promise<void>
  /** Everything as it was applied, the pod on the mapped node, and every port answers. */
  reset(): Promise<void>
}

export const isReady = (pod: Pod) =>
  pod.metadata.deletionTimestamp === undefined &&
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true

/** All its containers run, and were started since; the API is precise to a second. */
const isStartedSince = ({ status }: Pod, at: number) =>
  status.containerStatuses?.every(
    ({ state }) => state?.running !== undefined && Date.parse(state.running.startedAt) > at - 1000,
  ) === true

/** The story in the cluster of the run. @param story several have a namespace and ports each; the first is in `default` */
export async function openStoryCluster(story = 0): Promise<StoryCluster> {
  const name = process.env['PORTOLAN_TEST_CLUSTER']
  if (name === undefined) throw new Error('start these tests by: npx -y pnpm@12.21.0 test:kind')
  const context = `kind-${name}`
  const mapped = `${name}-worker`
  const others = [`${name}-worker2`, `${name}-worker3`]
  const workers = [mapped, ...others]
  const namespace = story === 0 ? 'default' : `story-${story}`
  const ports = nodePortsOf(story)
  const objects = storyOn(ports)
  const command = ['kubectl', '--context', context, '-n', namespace]
  const kubectl = (...words: string[]) => run([...command, ...words])
  const apply = (text: string) => run([...command, 'apply', '-f', '-'], { input: text })
  const onNode = (node: string, ...words: string[]) => run(['docker', 'exec', node, ...words])

  if (story === 0) await apply(PRELOAD)
  else await apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }))
  await apply(objects)
  await kubectl('-n', 'default', 'rollout', 'status', 'daemonset/preload', '--timeout=240s')
  const hostPort = Object.fromEntries(
    await Promise.all(
      Object.entries(ports).map(async ([port, containerPort]) => {
        const told = await run(['docker', 'port', mapped, `${containerPort}/tcp`])
        return [port, Number(/:(\d+)/.exec(told)?.[1])] as const
      }),
    ),
  ) as Record<PortName, number>
  const addresses = Object.fromEntries(await Promise.all(workers.map(async (node) => [node, await addressOf(node)])))
  const pods = watchObjects<Pod>(context, `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dapp`)
  const ofLocal = encodeURIComponent('kubernetes.io/service-name=local')
  const slices = watchObjects<EndpointSlice>(
    context,
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${ofLocal}`,
  )

  async function pod(node?: string): Promise<Pod> {
    const isThere = (all: Pod[]) =>
      all.length === 1 && all.every((one) => isReady(one) && (node === undefined || one.spec.nodeName === node))
    await pods.until(`one pod was ready on ${node ?? 'any node'}`, isThere)
    return pods.objects()[0] as Pod
  }

  async function only<Result>(node: string, act: () => Promise<Result>): Promise<Result> {
    const closed = workers.filter((one) => one !== node)
    return turns(async () => {
      await kubectl('uncordon', node)
      await kubectl('cordon', ...closed)
      try {
        return await act()
      } finally {
        await kubectl('uncordon', ...closed)
      }
    })
  }

  /** A controller may write the object between the two requests of a replacement; and one of them may be gone. */
  async function replaceStory(): Promise<void> {
    await until('the story was replaced', async () => {
      const { code, err } = await attempt([...command, 'replace', '-f', '-'], { input: objects })
      if (err.includes('NotFound')) await apply(objects)
      else if (code !== 0 && !err.includes('the object has been modified')) throw new Error(`the story: ${err.trim()}`)
      return code === 0
    })
  }

  const cluster: StoryCluster = {
    name,
    context,
    namespace,
    mapped,
    others,
    hostPort,
    nodePort: ports,
    addresses,
    pods,
    slices,
    kubectl,
    onNode,
    pod,
    movePod: (node) =>
      only(node, async () => {
        await kubectl('delete', 'pod', '-l', 'app=app', '--wait=false')
        await pod(node)
        return performance.now()
      }),
    async scale(replicas) {
      await kubectl('scale', 'deployment', 'app', `--replicas=${replicas}`)
      if (replicas === 1) await pod()
      else await pods.until('no pod was left', (all) => all.length === 0)
    },
    async placeDns(node) {
      const closed = [`${name}-control-plane`, ...workers].filter((one) => one !== node)
      const dns = (...words: string[]) => kubectl('-n', 'kube-system', ...words)
      await dns('scale', 'deployment', 'coredns', '--replicas=1')
      await kubectl('cordon', ...closed)
      try {
        await dns('delete', 'pod', '-l', 'k8s-app=kube-dns')
        await dns('rollout', 'status', 'deployment/coredns', '--timeout=120s')
      } finally {
        await kubectl('uncordon', ...closed)
      }
    },
    stopNode: async (node) => void (await run(['docker', 'stop', '--time', '2', node])),
    async startNode(node) {
      const before = Date.now()
      await run(['docker', 'start', node])
      await kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=180s')
      await pods.until(`the pods on ${node} were started again`, (all) =>
        all.every((one) => one.spec.nodeName !== node || isStartedSince(one, before)),
      )
    },
    async rulesSettled(nodes = workers) {
      await Promise.all(
        nodes.map((node) =>
          until(`kube-proxy on ${node} forwards to the ready pods`, async () => {
            const rules = await onNode(node, 'sh', '-c', SAVE_RULES)
            const ready = new Set(pods.objects().flatMap((one) => (isReady(one) ? [one.status.podIP] : [])))
            return ['local', 'cluster'].every((service) => {
              const led = rules.matchAll(destinations(`${namespace}/${service}`)).map(([, one, other]) => one ?? other)
              return ready.symmetricDifference(new Set(led)).size === 0
            })
          }),
        ),
      )
    },
    async reset() {
      const states = await Promise.all(
        workers.map((node) => run(['docker', 'inspect', '-f', '{{.State.Running}}', node])),
      )
      for (const [index, node] of workers.entries()) if (states[index]?.trim() !== 'true') await cluster.startNode(node)
      await only(mapped, async () => {
        await replaceStory()
        const [standing] = pods.objects()
        if (standing?.spec.nodeName !== mapped || !isReady(standing)) {
          await kubectl('delete', 'pod', '-l', 'app=app', '--wait=false')
        }
        await kubectl('rollout', 'status', 'deployment/app', '--timeout=180s')
        await pod(mapped)
      })
      await cluster.rulesSettled()
      await Promise.all(Object.values(hostPort).map(answers))
    },
    async [Symbol.asyncDispose]() {
      await pods[Symbol.asyncDispose]()
      await slices[Symbol.asyncDispose]()
    },
  }
  return cluster
}

/** kube-proxy's rules, in either mode. */
const SAVE_RULES = 'nft list table ip kube-proxy 2>/dev/null || { iptables-save -t nat; ip6tables-save -t nat; }'

/** The addresses that the rules of a Service lead to. */
const destinations = (service: string) =>
  new RegExp(
    `"${service}".* --to-destination \\[?([\\da-f.:]+?)\\]?:8080|goto endpoint-[^-]+-${service}/tcp/__([\\d.]+)/8080`,
    'g',
  )

let lastTurn: Promise<unknown> = Promise.resolve()

/** Stories that share a cluster close its nodes one after the other. */
function turns<Result>(act: () => Promise<Result>): Promise<Result> {
  const turn = lastTurn.then(act, act)
  lastTurn = turn.catch(() => {})
  return turn
}

async function addressOf(node: string): Promise<string> {
  return (await run(['docker', 'inspect', '-f', '{{.NetworkSettings.Networks.kind.IPAddress}}', node])).trim()
}

/** Done when a client of this host gets an answer. */
export function answers(port: number): Promise<void> {
  return until(`port ${port} answers`, () => isAnswered(port))
}

/** Done when so many requests in a row, each given a second, got no answer. */
export async function staysDark(port: number): Promise<void> {
  let failures = 0
  await until(`port ${port} stays dark`, async () => {
    failures = (await isAnswered(port)) ? 0 : failures + 1
    return failures >= 4
  })
}

/** By either family: kind maps the ports of a cluster without IPv4 to `::`. */
async function isAnswered(port: number): Promise<boolean> {
  const asked = ['127.0.0.1', '[::1]'].map(async (address) => {
    const { ok } = await fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(1000) })
    if (!ok) throw new Error('it answers with a failure')
  })
  return Promise.any(asked).then(
    () => true,
    () => false,
  )
}
