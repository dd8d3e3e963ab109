import { installPortolan } from '../kind/harness/installed.ts'
import { openStoryCluster } from '../kind/harness/story-cluster.ts'
import { type Bed, makeBed } from './bed.ts'
import { type Observer, watchFromHost, watchTheCollector } from './observer.ts'

/** A real kind cluster to break, and who looks on: the host alone, and an installation with agents. */
export interface Lab extends AsyncDisposable {
  bed: Bed
  observers: readonly Observer[]
}

/** The collector is on the control plane: no fault of a worker takes it away. */
export async function openLab(): Promise<Lab> {
  await using things = new AsyncDisposableStack()
  const cluster = things.use(await openStoryCluster())
  await cluster.reset()
  const master = `${cluster.name}-control-plane`
  const place = ['--set', `collector.nodeSelector.kubernetes\\.io/hostname=${master}`]
  things.use(await installPortolan(cluster, ...place, '--set', 'collector.tolerations[0].operator=Exists'))
  const observers = [things.use(watchFromHost(cluster.name)), things.use(watchTheCollector(cluster))]
  const all = things.move()
  return { bed: makeBed(cluster, master), observers, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
