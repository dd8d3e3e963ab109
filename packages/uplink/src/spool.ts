import type { Batch as BatchOf, BatchedFact as FactOf, Log, Told } from '@portolan/core'
import { createFolderShelf } from './folder-shelf.ts'
import type { Cut } from './gather.ts'
import { type Contents, contentsOf, type Rank, rankOf, RANKS } from './rank.ts'
import { createMemoryShelf, type Shelf } from './shelf.ts'

type Batch = BatchOf<Told>
type BatchedFact = FactOf<Told>

/** Batches that are not acknowledged, in their order, within a bound. */
export interface Spool {
  /** Puts a batch behind the others. Where there is no room, others give way. */
  push(cut: Cut): void
  /** The oldest; from now on it stays as it is until it is taken away. null where there is none. */
  first(): Cut | null
  /** Takes the oldest away. */
  shift(): void
  /** Takes the oldest away, which nobody will ever have. A gap that was told of others is not lost anew. */
  refuse(): void
  /** Takes away what an earlier life with another name left: nobody would believe it of this one. */
  disown(source: string): void
  readonly batches: number
  readonly bytes: number
  /** How many facts are lost since it was opened. */
  readonly dropped: number
  /** What is lost and was not reported yet, in an earlier life included. */
  readonly loss: Loss | null
  /** The loss is reported. */
  forgive(): void
  /** Keeps another text beside the batches, of which the bound knows nothing. */
  keep(name: string, text: string): void
  kept(name: string): string | null
}

/** Times are ms since the epoch. */
export interface Loss {
  facts: number
  from: number
  to: number
  /** Each ends the sentence that says how many there were. */
  reasons: string[]
}

const NO_ROOM = 'for want of room while the collector was not there'
const REFUSED = 'since the collector refused them'
const ANOTHER_NAME = 'since this machine had another name then'

interface Entry extends Contents {
  name: string
  bytes: number
  source: string
}

const BATCH = /^(\d{12})\.batch$/
const LOSS = 'loss'
const DEFAULT_BYTES = 32 * 1024 * 1024

export interface SpoolOptions {
  log: Log
  /** How much all batches together may take; 32 MiB if not given. */
  bytes?: number
}

/** Is gone with the process. */
export function createMemorySpool(options: SpoolOptions): Spool {
  return createSpool(createMemoryShelf(), options)
}

/**
 * Survives the process: what an earlier one left there comes first. Nobody else may use the folder.
 *
 * @throws when the folder cannot be made or read
 */
export function createFolderSpool(folder: string, options: SpoolOptions): Spool {
  return createSpool(createFolderShelf(folder), options)
}

/** On a shelf that outlives whoever uses it; nobody else may use it at the same time. */
export function createSpool(shelf: Shelf, { log, bytes: room = DEFAULT_BYTES }: SpoolOptions): Spool {
  const entries = load(shelf, log)
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  let ordinal = Number(entries.at(-1)?.name.slice(0, 12) ?? 0)
  let loss = readLoss(shelf)
  let dropped = 0
  /** The oldest was given out, maybe by an earlier process. */
  let isFixed = entries.length > 0

  function lose(facts: Batch['facts'], reason: string): void {
    if (facts.length === 0) return
    dropped += facts.length
    const times = facts.flatMap(timesOf)
    loss = {
      facts: (loss?.facts ?? 0) + facts.length,
      from: Math.min(loss?.from ?? Infinity, ...times),
      to: Math.max(loss?.to ?? -Infinity, ...times),
      reasons: [...new Set([...(loss?.reasons ?? []), reason])],
    }
    attempt('the loss', () => shelf.write(LOSS, JSON.stringify(loss)))
  }

  function makeRoom(): void {
    for (const rank of RANKS) {
      for (let index = isFixed ? 1 : 0; index < entries.length && bytes > room; ) {
        const entry = entries[index] as Entry
        if (entry.counts[rank] > 0) thin(entry, rank)
        if (entries[index] === entry) index += 1
      }
    }
  }

  /** Takes all facts of one rank out of a batch. */
  function thin(entry: Entry, rank: Rank): void {
    const batch = parse(shelf.read(entry.name))
    const facts = batch?.facts ?? []
    const stay = facts.filter(({ observed }) => rankOf(observed) !== rank)
    lose(
      facts.filter(({ observed }) => rankOf(observed) === rank),
      NO_ROOM,
    )
    if (stay.length === 0) return drop(entry)
    const body = JSON.stringify({ ...batch, facts: stay })
    attempt('a thinned batch', () => shelf.write(entry.name, body))
    bytes -= entry.bytes
    Object.assign(entry, contentsOf(stay), { bytes: Buffer.byteLength(body) })
    bytes += entry.bytes
  }

  function factsOf(entry: Entry): Batch['facts'] {
    return parse(shelf.read(entry.name))?.facts ?? []
  }

  function shift(): void {
    isFixed = false
    if (entries[0] !== undefined) drop(entries[0])
  }

  function drop(entry: Entry): void {
    entries.splice(entries.indexOf(entry), 1)
    bytes -= entry.bytes
    attempt('a batch that is done', () => shelf.remove(entry.name))
  }

  function attempt(what: string, change: () => void): boolean {
    try {
      change()
      return true
    } catch (error) {
      log.error({ err: error }, `the spool cannot be changed: ${what}`)
      return false
    }
  }

  return {
    push({ body, source, last, counts }) {
      ordinal += 1
      const name = `${String(ordinal).padStart(12, '0')}.batch`
      if (!attempt('a new batch', () => shelf.write(name, body))) return lose(parse(body)?.facts ?? [], NO_ROOM)
      entries.push({ name, last, counts, bytes: Buffer.byteLength(body), source })
      bytes += Buffer.byteLength(body)
      if (bytes > room) makeRoom()
    },
    first() {
      for (let entry = entries[0]; entry !== undefined; entry = entries[0]) {
        const body = shelf.read(entry.name)
        isFixed = body !== null
        if (body !== null) return { body, source: entry.source, last: entry.last, counts: entry.counts }
        log.error({ name: entry.name }, 'a batch is gone from the spool, going on without it')
        drop(entry)
      }
      return null
    },
    shift,
    refuse() {
      const [oldest] = entries
      const facts = oldest === undefined ? [] : factsOf(oldest)
      lose(
        facts.filter(({ observed }) => observed.kind !== 'gap' || observed.scope !== 'spool'),
        REFUSED,
      )
      shift()
    },
    disown(source) {
      const others = entries.filter((entry) => entry.source !== source)
      for (const entry of others) {
        const facts = factsOf(entry)
        log.warn({ source: entry.source, facts: facts.length }, 'a batch of another source is left out of the spool')
        lose(facts, ANOTHER_NAME)
        drop(entry)
      }
      isFixed = entries.length > 0
    },
    get batches() {
      return entries.length
    },
    get bytes() {
      return bytes
    },
    get dropped() {
      return dropped
    },
    get loss() {
      return loss
    },
    forgive() {
      loss = null
      attempt('the loss', () => shelf.remove(LOSS))
    },
    keep: (name, text) => void attempt(name, () => shelf.write(name, text)),
    kept: (name) => shelf.read(name),
  }
}

/** What is there already. What cannot be read is left out and removed. */
function load(shelf: Shelf, log: Log): Entry[] {
  return shelf.names().flatMap((name) => {
    if (!BATCH.test(name)) return []
    try {
      const body = shelf.read(name)
      const batch = parse(body)
      if (body !== null && batch !== null) {
        return [{ name, bytes: Buffer.byteLength(body), source: batch.source, ...contentsOf(batch.facts) }]
      }
      log.warn({ name }, 'a batch in the spool is cut off, going on without it')
      shelf.remove(name)
    } catch (error) {
      log.warn({ name, err: error }, 'a batch in the spool is no file that can be read, going on without it')
    }
    return []
  })
}

function parse(body: string | null): Batch | null {
  try {
    const read = JSON.parse(body ?? '') as Partial<Batch> | null
    return Array.isArray(read?.facts) && read.facts.every(isFact) ? (read as Batch) : null
  } catch {
    return null
  }
}

/** It has what a spool asks of it; the collector looks at the rest. */
function isFact(fact: Partial<BatchedFact> | null): boolean {
  const observed = fact?.observed
  if (typeof fact?.at !== 'number' || typeof observed !== 'object' || observed === null) return false
  if (observed.kind === 'outcome') return typeof (observed.outcome as unknown) === 'object' && observed.outcome !== null
  return typeof observed.kind === 'string'
}

function timesOf({ at, observed }: BatchedFact): number[] {
  if (observed.kind === 'outcome') return [observed.outcome.startedAt, at]
  return observed.kind === 'gap' ? [observed.from, observed.to] : [at]
}

function readLoss(shelf: Shelf): Loss | null {
  try {
    const loss = JSON.parse(shelf.read(LOSS) ?? 'null') as Partial<Loss> | null
    const isLoss =
      [loss?.facts, loss?.from, loss?.to].every((one) => typeof one === 'number') && Array.isArray(loss?.reasons)
    return isLoss ? (loss as Loss) : null
  } catch {
    return null
  }
}
