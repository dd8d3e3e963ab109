import { type Judgements, makeFault } from './lab.ts'
import { watchFromHost } from './observer.ts'
import { openPond } from './pond.ts'
import type { PracticeFault } from './practice-catalogue.ts'

/** Makes one fault on a practice cluster of its own, with `portolan watch` looking on. */
export async function practise(fault: PracticeFault): Promise<Judgements> {
  await using pond = await openPond({ desktop: fault.desktop === true })
  await pond.reset()
  await using observer = watchFromHost(pond.cluster.name, pond.env)
  return await makeFault(pond, [observer], fault)
}
