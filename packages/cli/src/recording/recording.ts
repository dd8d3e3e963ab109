import type { Fact, Settings } from '@portolan/core'

/** The first line of a recording; the facts follow, one a line, in the order of their receipt. */
export interface Header {
  portolan: 'recording'
  version: number
  recordedAt: string
  /** What the verdicts depend on beside the facts, by cluster. */
  settings: Record<string, Partial<Settings>>
  anonymised: boolean
}

export const VERSION = 1

export interface Recording {
  header: Header
  /** In batches: to wait for each of a million takes longer than to decide about it. */
  facts: AsyncIterable<Fact[]>
}
