import type { Change, Clock, Epoch, Fact, Incident, Log } from '@portolan/core'
import { createFolding } from './fold-runs.ts'
import type { Guard } from './guard.ts'
import type { StreamPlace } from './ingest/streams.ts'
import type { ClusterView, Store, TimelineEntry } from './store/store.ts'

/** Writes what happens into the store, many things at once, beside the work and in its order. */
export interface Recorder {
  /** What is like what was heard before may be held back for a minute, to be stored as one run. */
  fact(fact: Fact): void
  change(change: Change): void
  incident(incident: Incident): void
  epoch(epoch: Epoch): void
  /** How far a source elsewhere was heard: it is stored together with its facts. */
  stream(place: StreamPlace): void
  awake(at: number, clusters: string[], views: ClusterView[]): void
  /** Everything recorded so far is safe once this answers. Never rejects; look at `fault`. */
  flush(): Promise<void>
  /** Why the store does not take anything at the moment; null while it does. */
  fault(): string | null
}

/** Long enough to gather what a burst brings, short enough to be beside the point in a dark time. */
const GATHER_MS = 20
/** What nobody waits for: facts of which nothing follows. */
const GATHER_FACTS_MS = 500
const RETRY_MS = 1000
/** A disk that hangs, or something in the file that never ends. */
const UNANSWERED_MS = 10_000
/** While the store takes nothing, the oldest facts beyond this are dropped: some minutes on a busy laptop, about 100 MB. */
const MOST_FACTS = 100_000
/** The same of changes, incidents and epochs: each is some kB at most. */
const MOST_OTHERS = 10_000

interface Waiting {
  facts: Fact[]
  changes: Change[]
  incidents: Map<string, Incident>
  epochs: Map<string, Epoch>
  views: Map<string, ClusterView>
  streams: Map<string, StreamPlace>
  awake: { at: number; clusters: string[] } | null
}

/** @param options.onStored the entries of the timeline, with their numbers, once they are safe */
export function createRecorder(options: {
  store: Pick<Store, 'write'>
  clock: Clock
  log: Log
  guard: Guard
  onStored(entries: TimelineEntry[]): void
}): Recorder {
  const { store, clock, log, guard, onStored } = options
  let waiting = nothing()
  let due: { at: number; cancel(): void } | null = null
  let writing: Promise<void> = Promise.resolve()
  /** The write that is about to begin, with all that comes until then. */
  let next: Promise<void> | null = null
  let fault: string | null = null
  let dropped = 0

  function failed(why: string, error?: unknown): void {
    if (fault === null)
      log.error({ err: error, why }, 'the store does not take what happens, which is kept in memory until it does')
    fault = why
  }

  const folding = createFolding((fact) => {
    waiting.facts.push(fact)
    soon(GATHER_FACTS_MS)
  })

  function soon(withinMs = GATHER_MS): void {
    dropExcess()
    const ms = fault === null ? withinMs : RETRY_MS
    const at = clock.monotonic() + ms
    if (due !== null && due.at <= at) return
    due?.cancel()
    due = { at, cancel: clock.after(ms, () => void writeSoon()) }
  }

  function flush(): Promise<void> {
    folding.release()
    return writeSoon()
  }

  /** What others ask for in the same turn of the event loop is written together: a transaction costs more than what is in it. */
  function writeSoon(): Promise<void> {
    due?.cancel()
    due = null
    next ??= writing = writing.then(turn).then(() => {
      next = null
      return write()
    })
    return next
  }

  async function write(): Promise<void> {
    if (isEmpty(waiting)) return
    const batch = waiting
    waiting = nothing()
    const stopWaiting = clock.after(UNANSWERED_MS, () =>
      failed(`the store has not answered for ${UNANSWERED_MS / 1000} s: its disk may hang`),
    )
    try {
      const { facts, changes, awake } = batch
      const entries = await store.write({
        facts,
        changes,
        incidents: [...batch.incidents.values()],
        epochs: [...batch.epochs.values()],
        views: [...batch.views.values()],
        streams: [...batch.streams.values()],
        ...(awake === null ? {} : { awake }),
      })
      if (fault !== null) log.info({ dropped }, 'the store takes what happens again')
      fault = null
      dropped = 0
      guard('what is stored', () => onStored(entries))
    } catch (error) {
      failed(Error.isError(error) ? error.message : String(error), error)
      waiting = together(batch, waiting)
      soon()
    } finally {
      stopWaiting()
    }
  }

  /** The store takes nothing, or has not answered yet: memory stays bounded all the same. */
  function dropExcess(): void {
    const { facts, changes, incidents, epochs } = waiting
    // A tenth at a time: to shift the others costs more than to drop one.
    if (facts.length > MOST_FACTS) dropped += facts.splice(0, facts.length - MOST_FACTS * 0.9).length
    if (changes.length > MOST_OTHERS) dropped += changes.splice(0, changes.length - MOST_OTHERS * 0.9).length
    for (const map of [incidents, epochs]) {
      for (const key of map.keys()) {
        if (map.size <= MOST_OTHERS) break
        map.delete(key)
        dropped += 1
      }
    }
  }

  return {
    fact: folding.take,
    change(change) {
      folding.release(change.cluster)
      waiting.changes.push(change)
      soon()
    },
    incident(incident) {
      waiting.incidents.set(keyOf(incident), incident)
      soon()
    },
    epoch(epoch) {
      waiting.epochs.set(keyOf(epoch), epoch)
      soon()
    },
    stream(place) {
      waiting.streams.set(`${place.cluster} ${place.source} ${place.boot}`, place)
      soon()
    },
    awake(at, clusters, views) {
      waiting.awake = { at, clusters }
      for (const view of views) waiting.views.set(view.cluster, view)
      soon()
    },
    flush,
    fault: () => fault,
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function keyOf({ cluster, id }: { cluster: string; id: string }): string {
  return `${cluster}/${id}`
}

function nothing(): Waiting {
  return {
    facts: [],
    changes: [],
    incidents: new Map(),
    epochs: new Map(),
    views: new Map(),
    streams: new Map(),
    awake: null,
  }
}

function isEmpty({ facts, changes, incidents, epochs, views, streams, awake }: Waiting): boolean {
  const many = facts.length + changes.length + incidents.size + epochs.size + views.size + streams.size
  return many === 0 && awake === null
}

/** What came later wins. */
function together(earlier: Waiting, later: Waiting): Waiting {
  return {
    facts: earlier.facts.concat(later.facts),
    changes: earlier.changes.concat(later.changes),
    incidents: new Map([...earlier.incidents, ...later.incidents]),
    epochs: new Map([...earlier.epochs, ...later.epochs]),
    views: new Map([...earlier.views, ...later.views]),
    streams: new Map([...earlier.streams, ...later.streams]),
    awake: later.awake ?? earlier.awake,
  }
}
