import type { HostRule, SecretRef } from '../model/edge-snapshot.ts'
import type { Path } from '../route/path.ts'
import type { Claim, Door } from './route-track.ts'

/** A port as a place where routes may be served. */
export type Entry = Pick<Door, 'target' | 'protocol'> & { path: Path; hostPort: number }

/** Where a claim is served: the port that leads there, and why it is none, or need not be the right one. */
export interface Place {
  door: Entry | null
  why: string | null
}

export interface PlacedClaim extends Claim, Place, Pick<HostRule, 'host' | 'path' | 'pathType' | 'conditional'> {
  /** Claims of one host and path compete where this is the same: the class, the listener, the entry points. */
  served: string
  className: string | null
  secret: SecretRef | null
}

/** The port that speaks what the route needs, else one whose protocol is not known yet. */
export function bestEntry(entries: readonly Entry[], wanted: 'http' | 'https'): Entry | null {
  return (
    entries.find((one) => one.protocol === wanted) ?? entries.find((one) => one.protocol === null) ?? entries[0] ?? null
  )
}
