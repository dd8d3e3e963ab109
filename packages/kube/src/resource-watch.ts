import { backoff, jittered, pause } from '@portolan/base'
import type { Bench } from './bench.ts'
import type { Failure, RestartReason } from './failure.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { createLink } from './link.ts'
import type { Link } from './link.ts'
import type { WatchedResource } from './resources.ts'
import { runRound } from './round.ts'
import type { Round } from './round.ts'

/** Keeps one resource listed, watched and compared until `bench.stop`. Never rejects. */
export async function watchResource(resource: WatchedResource, bench: Bench): Promise<void> {
  const ledger = createLedger(resource, bench)
  const link = createLink(resource.name, bench)
  await Promise.all([keepWatching(resource, ledger, link, bench), keepComparing(resource, ledger, link, bench)])
}

/** Attempts, about 8 s of them: an API server that starts forbids everything until it has read its roles. */
const FORBIDDEN_FOR_GOOD = 5

async function keepWatching(resource: WatchedResource, ledger: Ledger, link: Link, bench: Bench): Promise<void> {
  const { clock, stop, log, random } = bench
  let attempt = 0
  let before: RestartReason | null = null
  while (!stop.aborted) {
    const round = await runRound(resource, ledger, link, bench)
    if (stop.aborted) return
    if (round.lived) attempt = 0
    const { failure } = round
    if (failure === null) continue

    bench.onRestart(resource.name, failure.reason)
    if (failure.reason === 'internal') log.error({ error: failure, resource: resource.name }, 'a watch failed')
    if (OUTDATING.has(failure.reason)) ledger.expire()
    link.interrupted(failure)
    if (mayBeBridged(failure, round)) continue
    link.lost(failure)
    if (failure.reason === 'forbidden' && before !== 'forbidden') attempt = 0
    if (failure.reason === 'forbidden' && attempt >= FORBIDDEN_FOR_GOOD) link.givenUp()
    before = failure.reason
    await pause(clock, backoff(attempt++, longestWaitMs(failure.reason), random), stop)
  }
}

/**
 * A permission that is missing is rarely given within a minute; the first attempts are quick all the same, for an API
 * server that starts answers 403 for some seconds.
 */
function longestWaitMs(reason: RestartReason): number {
  return reason === 'forbidden' ? 60_000 : 5000
}
/** After these nobody knows how far the watch had come: the list says it. */
const OUTDATING: ReadonlySet<RestartReason> = new Set(['expired', 'rejected', 'internal'])

/** A connection that broke off, or a version that grew old, is no outage yet. */
function mayBeBridged(failure: Failure, round: Round): boolean {
  switch (failure.reason) {
    case 'dropped':
      return round.lived
    case 'expired':
      return round.lived || !round.relisted
    default:
      return false
  }
}

async function keepComparing(resource: WatchedResource, ledger: Ledger, link: Link, bench: Bench): Promise<void> {
  const { clock, stop, log } = bench
  while (!stop.aborted) {
    await pause(clock, jittered(bench.compareEveryMs, bench.random), stop)
    if (stop.aborted || !link.isConnected()) continue
    try {
      const missed = await ledger.compare()
      if (missed !== null && missed > 0) bench.onMissed(resource.name, missed)
    } catch (error) {
      if (!stop.aborted) log.debug({ error, resource: resource.name }, 'the list could not be compared')
    }
  }
}
