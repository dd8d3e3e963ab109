import type { Assignment, Change, Observer, reduce } from '@portolan/core'
import { act, bringHome, type Ground } from './deeds.ts'
import { createInstallation } from './installation.ts'
import { createInvariants } from './invariants/watch-invariants.ts'
import { createObservedCluster, type ObservedCluster } from './observed-cluster.ts'
import { createRandom } from './random.ts'
import type { Run, RunResult } from './run.ts'
import { scheduleOf } from './schedule.ts'
import { type Surroundings, surroundingsOf } from './scene.ts'
import { createMachineClock, createTime, type SimulatedTime } from './simulated-time.ts'

const MINUTE_MS = 60_000
/** Long enough for every pod to be there before anybody looks. */
const SET_UP_MS = 10_000
const LOOK_MS = 2000

/** Goes until the time is over or a promise is broken. @param decide core's, or one that is broken on purpose */
export async function simulate(run: Run, decide: typeof reduce): Promise<RunResult> {
  const random = createRandom(run.seed)
  const surroundings = run.surroundings ?? surroundingsOf(random)
  const forMs = run.minutes * MINUTE_MS
  const schedule = run.schedule ?? scheduleOf(random, forMs)
  const time = createTime(createRandom(run.seed + 1))
  const world = createRandom(run.seed + 2)
  const clusterClock = createMachineClock(time, 0)
  const clusters = surroundings.clusters.map(({ name, nodes }, index) =>
    createObservedCluster({
      name,
      nodes,
      number: index,
      isOpen: surroundings.isOpen,
      clock: clusterClock,
      passed: time.passed,
      random: world,
    }),
  )
  const settings = { intervalMs: surroundings.intervalMs }
  const begun = performance.now()
  const assigned = new Map<string, Assignment>()
  const changes: { at: number; change: Change }[] = []
  const installation = createInstallation({
    surroundings,
    clusters,
    time,
    clock: createMachineClock(time, 0),
    random: world,
    decide,
    listener: {
      onFact: (fact) => invariants.onFact(fact),
      onChange(change) {
        changes.push({ at: time.passed(), change })
        invariants.onChange(change)
      },
      onAssign: (cluster: string, to: Observer, assignment) => void assigned.set(`${cluster} ${to}`, assignment),
      onBurst() {},
      onFault: (error) => invariants.onFault(error),
    },
  })
  const invariants = createInvariants({
    time,
    clusters,
    installation,
    assigned,
    changes,
    settings,
    decide,
    seed: run.seed,
  })
  await setUp(surroundings, clusters, time)
  installation.start()
  const ground: Ground = {
    clusters,
    installation,
    removed: [],
    servicesOf: (cluster) => surroundings.clusters.find(({ name }) => name === cluster)?.services ?? [],
  }
  for (const deed of schedule) {
    time.after(deed.at, () => {
      time.touch()
      act(ground, deed).catch((error: unknown) => invariants.onFault(error))
    })
  }
  for (let passed = 0; passed < forMs && invariants.breach() === null; passed += LOOK_MS) {
    await time.run(LOOK_MS)
    invariants.look()
  }
  if (invariants.breach() === null) invariants.end()
  installation.stop()
  for (const cluster of clusters) await cluster.stop()
  return {
    breach: invariants.breach(),
    schedule,
    facts: new Map([...installation.collector.kept].map(([name, { facts }]) => [name, facts])),
    settings,
    changes,
    seconds: (performance.now() - begun) / 1000,
  }
}

async function setUp(
  surroundings: Surroundings,
  clusters: readonly ObservedCluster[],
  time: SimulatedTime,
): Promise<void> {
  for (const [index, cluster] of clusters.entries()) {
    const scene = surroundings.clusters[index]
    await cluster.start()
    bringHome(cluster)
    for (const deployment of scene?.deployments ?? []) cluster.model.verbs.deploy(deployment)
    for (const service of scene?.services ?? []) cluster.model.verbs.service(service)
  }
  time.touch()
  await time.run(SET_UP_MS)
  for (const { model } of clusters) for (const node of model.nodes.keys()) model.verbs.uncordon(node)
}
