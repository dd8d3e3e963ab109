import type { Fact } from '@portolan/core'
import { encodeProbes, type StoredProbe } from '@portolan/wire'
import { Router } from 'express'
import { type Clusters, targetsOf } from '../clusters.ts'
import type { StoreReader } from '../store/store.ts'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** Single probes are for a close look. */
const LONGEST_MS = 10 * 60_000
/** A probe ends, and a run of answers is told, so long after it began. */
const TOLD_WITHIN_MS = 15_000
const MOST_FACTS = 20_000

/** What the probes that decide about the ports saw, one by one, as long as facts are kept. */
export function probeRoutes({ clusters, store, clock }: ApiContext): Router {
  const router = Router()
  router.get('/probes', async (request, response) => {
    const query = readQuery(range, request.query)
    const { to = clock.now() } = query
    const { from = to - 60_000 } = query
    if (to - from > LONGEST_MS) throw new Problem(400, 'from: single probes are told of up to 10 minutes at once')
    response.json(encodeProbes(await readProbes(store, undecidingOf(clusters), { ...query, from, to })))
  })
  return router
}

/** Vantages that are only noted, as `CLUSTER/TARGET@VANTAGE`: what they see is none of the port's answers. */
function undecidingOf(clusters: Clusters): ReadonlySet<string> {
  return new Set(
    targetsOf(clusters).flatMap(({ cluster, id, vantages }) =>
      vantages.flatMap(({ vantage, decides }) => (decides ? [] : [`${cluster}/${id}@${vantage}`])),
    ),
  )
}

async function readProbes(
  store: StoreReader,
  undeciding: ReadonlySet<string>,
  within: { cluster?: string; from: number; to: number },
) {
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
  if (observed.kind !== 'outcome' || !observed.outcome.target.startsWith('host:')) return []
  return [{ cluster, outcome: observed.outcome }]
}
