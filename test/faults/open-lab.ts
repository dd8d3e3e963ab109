import { installPortolan } from '../kind/harness/installed.ts'
import { openStoryCluster } from '../kind/harness/story-cluster.ts'
import { type Bed, makeBed } from './bed.ts'
import { type Observer, watchFromHost, watchTheCollector } from './observer.ts'

/** A real kind cluster to break, and who looks on: the host alone, and an installation with agents. */
export interface Lab extends AsyncDisposable {
  /** One for each story: faults that touch only theirs can be made at the same time. */
  beds: readonly [Bed, ...Bed[]]
  observers: readonly Observer[]
}

/** The collector is on the control plane: no fault of a worker takes it away. @param stories how many, all mapped */
export async function openLab(stories = 1): Promise<Lab> {
  await using things = new AsyncDisposableStack()
  const cluster = things.use(await openStoryCluster())
  const more = []
  for (let story = 1; story < stories; story += 1) more.push(things.use(await openStoryCluster(story)))
  for (const one of [cluster, ...more]) await one.reset()
  const master = `${cluster.name}-control-plane`
  const place = ['--set', `collector.nodeSelector.kubernetes\\.io/hostname=${master}`]
  const installed = things.use(
    await installPortolan(cluster, ...place, '--set', 'collector.tolerations[0].operator=Exists'),
  )
  const observers = [things.use(watchFromHost(cluster.name)), things.use(watchTheCollector(cluster, installed))]
  const all = things.move()
  return {
    beds: [makeBed(cluster), ...more.map(makeBed)],
    observers,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
