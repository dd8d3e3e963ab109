import type { ServiceOptions } from '@portolan/practice'
import type { Installation } from './installation.ts'
import type { ObservedCluster } from './observed-cluster.ts'
import { writeOddObjects } from './odd-objects.ts'
import type { Deed } from './schedule.ts'

/** What deeds are done to. */
export interface Ground {
  clusters: readonly ObservedCluster[]
  installation: Installation
  /** Services that somebody removed, by their cluster. */
  removed: { cluster: ObservedCluster; options: ServiceOptions }[]
  servicesOf(cluster: string): readonly ServiceOptions[]
}

/** On what a deed is done, as its numbers choose. */
interface Chosen {
  ground: Ground
  cluster: ObservedCluster
  /** One of a list; null of an empty one. */
  one<T>(list: readonly T[]): T | null
  number(least: number, most: number): number
}

type Act = (chosen: Chosen) => void | Promise<void>

/** Does it, if there is something to do it to. */
export async function act(ground: Ground, { what, chosen }: Deed): Promise<void> {
  const [which, first, second] = chosen
  const choose = <T>(list: readonly T[], by: number): T | null => list[Math.floor(by * list.length)] ?? null
  const cluster = choose(ground.clusters, which)
  const deed = DEEDS.get(what)
  if (deed === undefined) throw new RangeError(`nobody knows how to ${what}`)
  if (cluster === null) return
  let asked = 0
  const by = () => (asked++ === 0 ? first : second)
  await deed({
    ground,
    cluster,
    one: (list) => choose(list, by()),
    number: (least, most) => least + Math.floor(by() * (most - least + 1)),
  })
}

const workers = ({ model }: ObservedCluster) =>
  [...model.nodes.values()].filter(({ machine }) => machine.role === 'worker').map(({ name }) => name)
const deployments = ({ model }: ObservedCluster) => model.store.list('deployments').map(({ metadata }) => metadata.name)
const runningPods = ({ model }: ObservedCluster) =>
  model.store
    .list('pods')
    .filter(({ metadata }) => model.terrain.running(metadata.uid) !== null)
    .map(({ metadata }) => metadata.name)
const runningWorkers = (cluster: ObservedCluster) =>
  workers(cluster).filter((node) => cluster.model.nodes.get(node)?.machine.running === true)

/** Does something with one of them, if there is one. */
const toOne =
  <T>(
    list: (cluster: ObservedCluster) => readonly T[],
    run: (cluster: ObservedCluster, one: T, chosen: Chosen) => void | Promise<void>,
  ): Act =>
  (chosen) => {
    const one = chosen.one(list(chosen.cluster))
    return one === null ? undefined : run(chosen.cluster, one, chosen)
  }

const toPair =
  (run: (cluster: ObservedCluster, a: string, b: string) => void): Act =>
  ({ cluster, one }) => {
    const a = one(workers(cluster))
    const b = one(workers(cluster).filter((node) => node !== a))
    if (a !== null && b !== null) run(cluster, a, b)
  }

/** The agent that ran there starts with it. */
async function startStopped({ cluster, ground }: Chosen): Promise<void> {
  const stopped = [...cluster.model.nodes.values()].filter(({ machine }) => !machine.running)
  for (const { name } of stopped) await cluster.model.verbs.startNode(name)
  if (stopped.length > 0) ground.installation.startAgents()
}

/** The node with the mapped ports is the only one that takes pods, and those elsewhere are deleted. */
export function bringHome({ model }: ObservedCluster): void {
  const { nodes, store, verbs } = model
  const home = [...nodes.values()].find(({ machine }) => machine.ports.length > 0)?.name ?? ''
  for (const [name, { machine }] of nodes) {
    if (name === home) verbs.uncordon(name)
    else if (machine.role === 'worker') verbs.cordon(name)
  }
  for (const { metadata, spec } of store.list('pods')) {
    if (metadata.ownerReferences !== undefined && spec.nodeName !== home) verbs.deletePod(metadata.name)
  }
}

const DEEDS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['delete a pod', toOne(runningPods, ({ model }, pod) => model.verbs.deletePod(pod))],
  ['bring pods home', ({ cluster }) => bringHome(cluster)],
  ['roll out', toOne(deployments, ({ model }, name) => model.verbs.rollout(name))],
  ['scale', toOne(deployments, ({ model }, name, { number }) => model.verbs.scale(name, number(1, 3)))],
  ['scale to none', toOne(deployments, ({ model }, name) => model.verbs.scale(name, 0))],
  ['cordon', toOne(workers, ({ model }, node) => model.verbs.cordon(node))],
  ['drain', toOne(workers, ({ model }, node) => model.verbs.drain(node))],
  [
    'uncordon all',
    ({ cluster }) => {
      for (const node of workers(cluster)) cluster.model.verbs.uncordon(node)
    },
  ],
  ['freeze an application', toOne(runningPods, ({ model }, pod) => model.verbs.freezeApplication(pod))],
  [
    'thaw applications',
    ({ cluster }) => {
      for (const pod of runningPods(cluster)) cluster.model.verbs.thawApplication(pod)
    },
  ],
  [
    'stop a node',
    toOne(runningWorkers, ({ model }, node, { ground }) => {
      ground.installation.killAgent(node)
      return model.verbs.stopNode(node)
    }),
  ],
  ['start nodes', startStopped],
  ['restart without bindings', toOne(runningWorkers, ({ model }, node) => model.verbs.restartWithoutBindings(node))],
  ['kill docker-proxies', toOne(runningWorkers, ({ model }, node) => model.verbs.killProxies(node))],
  [
    'restart nodes',
    async (chosen) => {
      await startStopped(chosen)
      const { cluster } = chosen
      for (const { name, machine } of cluster.model.nodes.values()) {
        if (machine.unheard === null) continue
        await cluster.model.verbs.stopNode(name)
        await cluster.model.verbs.startNode(name)
      }
    },
  ],
  ['break a path', toPair(({ model }, a, b) => model.verbs.breakPath(a, b))],
  ['break a path for large packets', toPair(({ model }, a, b) => model.verbs.breakPath(a, b, 'large'))],
  [
    'heal paths',
    ({ cluster }) => {
      for (const a of workers(cluster)) for (const b of workers(cluster)) cluster.model.verbs.healPath(a, b)
    },
  ],
  ['freeze kube-proxy', toOne(workers, ({ model }, node) => model.verbs.freezeKubeProxy(node))],
  [
    'thaw kube-proxies',
    ({ cluster }) => {
      for (const node of workers(cluster)) {
        if (cluster.model.terrain.proxyFrozen(node)) cluster.model.verbs.thawKubeProxy(node)
      }
    },
  ],
  [
    'remove a Service',
    ({ cluster, ground, one }) => {
      const options = one(ground.servicesOf(cluster.name))
      if (options === null || cluster.model.store.get('services', 'default', options.name) === null) return
      cluster.model.verbs.removeService(options.name)
      ground.removed.push({ cluster, options })
    },
  ],
  [
    'bring Services back',
    ({ ground }) => {
      for (const { cluster, options } of ground.removed.splice(0)) cluster.model.verbs.service(options)
    },
  ],
  [
    'change a traffic policy',
    toOne(services, ({ model }, name, { one }) => {
      model.store.update('services', 'default', name, (copy) => {
        copy.spec.externalTrafficPolicy = one(['Local', 'Cluster'] as const) ?? 'Cluster'
      })
    }),
  ],
  [
    'break a target port',
    toOne(services, ({ model }, name) => {
      model.store.update('services', 'default', name, (copy) => {
        for (const port of copy.spec.ports) port.targetPort = 'nothing-is-called-so'
      })
    }),
  ],
  [
    'mend target ports',
    ({ cluster: { model } }) => {
      for (const { metadata } of model.store.list('services')) {
        model.store.update('services', 'default', metadata.name, (copy) => {
          for (const port of copy.spec.ports) port.targetPort = 8080
        })
      }
    },
  ],
  ['write odd objects', ({ cluster, number }) => writeOddObjects(cluster, number(0, 999))],
  ['lose the API server', ({ cluster }) => cluster.setApi(false)],
  ['find the API server', ({ cluster }) => cluster.setApi(true)],
  ['lose the engine', ({ cluster }) => cluster.setEngine(false)],
  ['find the engine', ({ cluster }) => cluster.setEngine(true)],
  ['kill the collector', ({ ground }) => ground.installation.killCollector()],
  ['start the collector', ({ ground }) => ground.installation.startCollector()],
  ['kill the prober', ({ ground }) => ground.installation.killProber()],
  ['start the prober', ({ ground }) => ground.installation.startProber()],
  ['kill an agent', toOne(workers, (_, node, { ground }) => ground.installation.killAgent(node))],
  ['start agents', ({ ground }) => ground.installation.startAgents()],
  ['cut off the prober', ({ ground }) => ground.installation.cut('prober')],
  ['cut off an agent', toOne(workers, (_, node, { ground }) => ground.installation.cut(node))],
  ['join all', ({ ground }) => ground.installation.join()],
  ['hold up the prober', ({ ground, number }) => ground.installation.holdUpProber(number(300, 20_000))],
  [
    "set the collector's clock",
    ({ ground, number }) => {
      const byMs = number(-7_200_000, 7_200_000)
      ground.installation.setClock(Math.abs(byMs) < 2000 ? 2000 : byMs)
    },
  ],
])

function services({ model }: ObservedCluster): string[] {
  return model.store.list('services').map(({ metadata }) => metadata.name)
}
