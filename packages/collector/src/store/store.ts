import type {
  Change,
  ClusterEventChange,
  Epoch,
  Fact,
  Incident,
  LaneHistory,
  Note,
  Settings,
  RouteExplanation,
  TargetExplanation,
} from '@portolan/core'
import type { StreamPlace } from '../ingest/streams.ts'
import type { Page } from '../notify/book.ts'

/** What happened, under a number that grows: the place in the timeline from where a reader can go on. */
export interface TimelineEntry {
  id: number
  change: Change
}

/** A cluster as it was last seen, so that another process can explain it. */
export interface ClusterView {
  cluster: string
  /** When the collector was last awake and watching it. */
  lastAt: number
  explanations: TargetExplanation[]
  /** Routes that no port which is watched leads to. */
  portless: RouteExplanation[]
  /** What its verdicts depend on beside the facts. */
  settings: Partial<Settings>
}

/** The process that writes the store. */
export interface Writer {
  pid: number
  startedAt: number
  /** Where it serves its API. */
  url: string | null
}

/** What is kept together or not at all; a single row that no store can take, but for a note, is left out of it. */
export interface Batch {
  facts?: Fact[]
  changes?: Change[]
  /** By cluster and id: a later one replaces an earlier one. */
  incidents?: Incident[]
  /** By cluster and id: a later one replaces an earlier one. */
  epochs?: Epoch[]
  views?: ClusterView[]
  notes?: Note[]
  /** How far sources elsewhere were heard, by cluster, source and boot: a later one replaces an earlier one. */
  streams?: StreamPlace[]
  /** What was reported, by key; null: that is gone. */
  pages?: { key: string; page: Page | null }[]
  /** The collector is awake and watches these. */
  awake?: { at: number; clusters: string[] }
}

/** Ranges take what lasts at any time in [from, to]; nothing given is no limit. */
export interface Range {
  cluster?: string
  from?: number
  to?: number
}

export interface TargetName {
  cluster: string
  target: string
}

/** `before` null: the change into what it was then is not kept. */
export type StoredHistory = Omit<LaneHistory, 'before'> & { before: LaneHistory['before'] | null }

export interface StoreReader {
  /** In the order of receipt. */
  facts(query: Range & { after?: number; limit: number }): Promise<{ id: number; fact: Fact }[]>
  /** Oldest first. Of targets: what tells of one of them, and gaps, which concern all. */
  timeline(query: Range & { targets?: string[]; after?: number; limit: number }): Promise<TimelineEntry[]>
  /** Of which an epoch of that time is kept. */
  targets(query: { cluster?: string | undefined; from: number; to: number }): Promise<TargetName[]>
  /** What lanes are drawn from, one of each target that is given, in their order. */
  histories(query: { targets: TargetName[]; from: number; to: number }): Promise<StoredHistory[]>
  /** What happened to whole clusters, oldest first. */
  events(query: Range & { limit: number }): Promise<ClusterEventChange[]>
  /** Newest first. */
  incidents(query: Range & { id?: string; state?: 'open' | 'closed'; limit: number }): Promise<Incident[]>
  /** Newest first. */
  epochs(query: Range & { target?: string; limit: number }): Promise<Epoch[]>
  /** Oldest first, those of every cluster too. */
  notes(query: Range & { limit: number }): Promise<Note[]>
  views(): Promise<ClusterView[]>
  streams(): Promise<StreamPlace[]>
  /** In the order in which they were written. */
  pages(): Promise<Page[]>
  writer(): Promise<Writer | null>
  close(): void
}

/**
 * Keeps what was seen. One process writes, others may read meanwhile. Times are ms since the epoch.
 */
export interface Store extends StoreReader {
  /** All of it is safe against the death of this process once this answers. @returns the changes with their numbers */
  write(batch: Batch): Promise<TimelineEntry[]>
  /** Says where to find this process, to whoever wants to write as well. */
  introduce(writer: Writer): Promise<void>
  /** Removes some of what is older or more than may be kept, never an open incident. @returns whether more is to go */
  prune(now: number): Promise<boolean>
}

export interface Retention {
  factsMs: number
  /** Timeline, closed incidents and epochs. */
  historyMs: number
  /** Facts go first, the oldest of them. */
  bytes: number
}

/** The newest notes that are kept. A day of a team has some tens of them. */
export const MOST_NOTES = 5000

const HOUR = 3_600_000

export const RETENTION: Retention = { factsMs: 24 * HOUR, historyMs: 30 * 24 * HOUR, bytes: 512 * 1024 * 1024 }
