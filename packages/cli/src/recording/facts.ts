import type { StoreReader } from '@portolan/collector'
import type { Fact } from '@portolan/core'
import type { Period } from '../period.ts'

const PAGE = 5000

/**
 * The facts of a period in the order of receipt, with what was known when it began: outcomes from before are left out,
 * since they would be judged, and everything else is told from the beginning.
 */
export async function* factsOf(
  store: StoreReader,
  { from, to }: Period,
  cluster: string | undefined,
): AsyncGenerator<Fact> {
  const only = cluster === undefined ? {} : { cluster }
  for (let after = 0, full = true; full; ) {
    const page = await store.facts({ ...only, to, after, limit: PAGE })
    for (const { fact } of page) {
      if (fact.receivedAt >= from || tellsWhatIs(fact)) yield fact
    }
    full = page.length === PAGE
    after = page.at(-1)?.id ?? after
  }
}

function tellsWhatIs({ observed }: Fact): boolean {
  return observed.kind !== 'outcome' && observed.kind !== 'tick' && observed.kind !== 'gap'
}
