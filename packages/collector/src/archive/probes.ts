import { type Fact, isPortTarget } from '@portolan/core'
import type { StoredProbe } from '@portolan/wire'
import { ANSWERS_MS } from '../fold-runs.ts'
import type { StoreReader } from '../store/store.ts'

export interface ProbesQuery {
  cluster?: string
  from: number
  to: number
  /** Vantages that are only noted, as `CLUSTER/TARGET@VANTAGE`: they say nothing about the port. */
  undeciding: ReadonlySet<string>
}

/** A probe ends, and a run of those that are alike is stored, so long after it began. */
const TOLD_WITHIN_MS = ANSWERS_MS + 15_000
const MOST_FACTS = 20_000

/** The probes that decide about the ports, one by one, as long as facts are kept. */
export async function readProbes(store: StoreReader, { undeciding, ...within }: ProbesQuery) {
  const { from, to } = within
  const stored = await store.facts({
    ...within,
    from: from - TOLD_WITHIN_MS,
    to: to + TOLD_WITHIN_MS,
    limit: MOST_FACTS + 1,
  })
  const probes = stored
    .slice(0, MOST_FACTS)
    .flatMap(({ fact }) => probeOf(fact))
    .filter(({ outcome: { startedAt, run } }) => startedAt <= to && (run?.until ?? startedAt) >= from)
    .filter(({ cluster, outcome: { target, vantage } }) => !undeciding.has(`${cluster}/${target}@${vantage}`))
    .sort((a, b) => a.outcome.startedAt - b.outcome.startedAt)
  return { from, to, probes, complete: stored.length <= MOST_FACTS }
}

/** Ports only: what pods, nodes and peers look like to agents is no port's own. */
function probeOf({ cluster, observed }: Fact): StoredProbe[] {
  if (observed.kind !== 'outcome') return []
  const { target, vantage } = observed.outcome
  if (!isPortTarget(target) || !vantage.startsWith('host/')) return []
  return [{ cluster, outcome: observed.outcome }]
}
