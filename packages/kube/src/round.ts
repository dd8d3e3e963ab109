import { pause } from '@portolan/base'
import type { Bench } from './bench.ts'
import { Failure, toFailure } from './failure.ts'
import { follow } from './follow.ts'
import type { Word } from './follow.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'
import { listening } from './listening.ts'
import type { WatchedResource } from './resources.ts'
import { isServed } from './served.ts'

/** From the list, or from where the last round ended, to the end of one watch request. */
export interface Round {
  /** null: the server ended the watch as it does from time to time. */
  failure: Failure | null
  relisted: boolean
  /** The watch was open for a while, or said something. */
  lived: boolean
}

/**
 * A watch that goes on from an old version may answer at first that this is too old. It says so at once: when it has
 * not by then, it stands.
 */
const SETTLE_MS = 500

/** How often a kind that the API server does not know is looked for. */
const LOOK_AGAIN_MS = 20_000

/** A watch that ends without a word sooner than this was no watch. */
const SHORTEST_WATCH_MS = 1000

/** Never rejects. */
export async function runRound(resource: WatchedResource, ledger: Ledger, link: Link, bench: Bench): Promise<Round> {
  const { clock, connection } = bench
  connection.refresh()
  const relisted = ledger.version() === null
  let openedAt: number | null = null
  let words = 0
  const lived = (): boolean => words > 0 || (openedAt !== null && clock.monotonic() - openedAt >= SHORTEST_WATCH_MS)
  let cancelSettling = (): void => {}

  function open(): void {
    link.heard()
    openedAt = clock.monotonic()
    if (relisted) link.stands()
    else cancelSettling = clock.after(SETTLE_MS, () => link.stands())
  }

  function word(said: Word): void {
    link.heard()
    words++
    ledger.take(said)
    link.stands()
  }

  const isThere = () =>
    listening(clock, connection.server(), bench.stop, (signal) => isServed(connection, resource, signal))

  try {
    if (relisted && resource.optional && !(await isThere())) {
      ledger.absent()
      link.heard()
      link.stands()
      await pause(clock, LOOK_AGAIN_MS, bench.stop)
      return { failure: null, relisted, lived: true }
    }
    if (relisted) await relist(ledger, link)
    await listening(clock, connection.server(), bench.stop, (signal, heard) =>
      follow(connection, resource, ledger.version() ?? '', signal, {
        open: () => (heard(), open()),
        word: (said) => (heard(), word(said)),
      }),
    )
    const failure = lived() ? null : new Failure('dropped', `watch ended at once at ${connection.server()}`)
    return { failure, relisted, lived: lived() }
  } catch (error) {
    return { failure: toFailure(error), relisted, lived: lived() }
  } finally {
    cancelSettling()
  }
}

async function relist(ledger: Ledger, link: Link): Promise<void> {
  const changed = await ledger.relist()
  link.heard()
  if (changed) link.missed()
}
