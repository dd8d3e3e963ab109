import { backoff, jittered } from './backoff.ts'
import type { Bench } from './bench.ts'
import { Failure, toFailure } from './failure.ts'
import { follow } from './follow.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { listening } from './listening.ts'
import { pause } from './pause.ts'
import type { WatchedResource } from './resources.ts'

/** Keeps one resource listed, watched and compared until `bench.stop`. Never rejects. */
export async function watchResource(resource: WatchedResource, bench: Bench): Promise<void> {
  const ledger = createLedger(resource, bench)
  const link = createLink(resource, bench)
  await Promise.all([keepWatching(resource, ledger, link, bench), keepComparing(resource, ledger, link, bench)])
}

/** Whether the watch stands, said once a change. */
function createLink({ name }: WatchedResource, bench: Bench) {
  let status: 'new' | 'connected' | 'lost' = 'new'
  let ever = false
  function say(now: 'connected' | 'lost', reason: string): void {
    if (status === now) return
    status = now
    bench.onObservation({ kind: 'watch', resource: name, status: now, reason })
  }
  return {
    isConnected: () => status === 'connected',
    wasEver: () => ever,
    connected() {
      ever = true
      say('connected', `connected to ${bench.connection.server()}`)
    },
    lost: (reason: string) => say('lost', reason),
  }
}

type Link = ReturnType<typeof createLink>

/** One round: from the list, or from where the last round ended, to the end of one watch request. */
interface Round {
  relisted: boolean
  /** Monotonic; null while the watch is not open. */
  openedAt: number | null
  words: number
}

/** A watch that ends without a word sooner than this was no watch. */
const SHORTEST_WATCH_MS = 1000

/** Attempts; an API server that starts forbids everything until it has read its roles. */
const FORBIDDEN_FOR_GOOD = 5

async function keepWatching(resource: WatchedResource, ledger: Ledger, link: Link, bench: Bench): Promise<void> {
  const { connection, clock, stop, outage } = bench
  let attempt = 0
  let heardAt = clock.now()

  function heard(): void {
    heardAt = clock.now()
    bench.onHeard(resource.name)
  }

  async function run(round: Round): Promise<void> {
    if (ledger.version() === null) {
      round.relisted = true
      const changed = await ledger.relist()
      heard()
      if (changed) outage.missed(resource.name)
    }
    await listening(clock, connection.server(), stop, (signal, pat) =>
      follow(connection, resource, ledger.version() ?? '', signal, {
        open() {
          pat()
          heard()
          round.openedAt = clock.monotonic()
          link.connected()
          outage.ended(resource.name)
        },
        word(word) {
          pat()
          heard()
          round.words++
          ledger.take(word)
        },
      }),
    )
    if (!lived(round, clock.monotonic())) throw new Failure('dropped', `watch ended at once at ${connection.server()}`)
  }

  while (!stop.aborted) {
    const round: Round = { relisted: false, openedAt: null, words: 0 }
    try {
      await run(round)
      attempt = 0
    } catch (error) {
      if (stop.aborted) return
      const failure = toFailure(error)
      const alive = lived(round, clock.monotonic())
      if (alive) attempt = 0
      bench.onRestart(resource.name, failure.reason)
      if (failure.reason === 'internal') bench.log.error({ error, resource: resource.name }, 'a watch failed')
      if (failure.reason === 'expired') ledger.expire()
      if (link.wasEver())
        outage.began(resource.name, failure.reason === 'silent' ? heardAt : clock.now(), failure.message)
      if (worthAnotherTry(failure, round, alive)) continue
      link.lost(failure.message)
      if (failure.reason === 'forbidden' && attempt > FORBIDDEN_FOR_GOOD) outage.ended(resource.name)
      await pause(backoff(attempt++, failure.reason, bench.random), clock, stop)
    }
  }
}

function lived(round: Round, now: number): boolean {
  return round.words > 0 || (round.openedAt !== null && now - round.openedAt >= SHORTEST_WATCH_MS)
}

/** A connection that broke off, or a version that grew old, is no outage yet. */
function worthAnotherTry(failure: Failure, round: Round, alive: boolean): boolean {
  return (failure.reason === 'dropped' && alive) || (failure.reason === 'expired' && !round.relisted)
}

async function keepComparing(resource: WatchedResource, ledger: Ledger, link: Link, bench: Bench): Promise<void> {
  const { clock, stop, log } = bench
  while (!stop.aborted) {
    await pause(jittered(bench.compareEveryMs, bench.random), clock, stop)
    if (stop.aborted || !link.isConnected()) continue
    try {
      const missed = await ledger.compare()
      if (missed !== null && missed > 0) bench.onMissed(resource.name, missed)
    } catch (error) {
      if (!stop.aborted) log.debug({ error, resource: resource.name }, 'the list could not be compared')
    }
  }
}
