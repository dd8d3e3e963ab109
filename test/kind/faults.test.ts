import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Bed, makeBed } from '../faults/bed.ts'
import { SAMPLE } from '../faults/catalogue.ts'
import { makeFault } from '../faults/lab.ts'
import { type Observer, watchFromHost, watchTheCollector } from '../faults/observer.ts'
import { installPortolan } from './harness/installed.ts'
import { openStoryCluster } from './harness/story-cluster.ts'

/** A sample of what `pnpm lab` makes: the host alone and an installation with agents look on together. */
describe('faults that are made on purpose', () => {
  const things = new AsyncDisposableStack()
  const observers: Observer[] = []
  let bed: Bed

  beforeAll(async () => {
    const cluster = things.use(await openStoryCluster())
    await cluster.reset()
    const master = `${cluster.name}-control-plane`
    const place = ['--set', `collector.nodeSelector.kubernetes\\.io/hostname=${master}`]
    things.use(await installPortolan(cluster, ...place, '--set', 'collector.tolerations[0].operator=Exists'))
    observers.push(things.use(watchFromHost(cluster.name)), things.use(watchTheCollector(cluster)))
    bed = makeBed(cluster, master)
  })
  afterAll(async () => {
    await bed?.reset()
    await things.disposeAsync()
  })

  test.each(SAMPLE.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    const judgements = await makeFault(bed, observers, fault)
    for (const [set, { isRight, wrong, last }] of judgements)
      expect([set, isRight, wrong, last?.cause]).toEqual([set, true, [], last?.cause])
  })
})
