import type { Epoch } from '../model/epoch.ts'
import type { RuleReading } from '../model/rule-reading.ts'
import type { ProbedPort } from '../probing/assign.ts'
import type { Route } from '../route/claim.ts'
import type { Path } from '../route/path.ts'

/** As much of a port's history as a diagnosis looks at. Times are ms since the epoch. */
export interface WatchedPort extends ProbedPort {
  /** When the path last changed; null when it is as it was found. */
  changedAt: number | null
  /** When the port in the pods that it leads to changed while we watched; null when it never did. */
  targetChangedAt: number | null
  /** When the path last changed other than by endpoints that came: until the rules follow they may lead to nobody. null for never. */
  unsettledAt: number | null
  /** When it was first asked in other words than those in which it had just been answered; null when it never was. */
  rewordedAt: number | null
  /** How it led on when it was last answered; null before. */
  answeredPath: Path | null
  /** When the NetworkPolicy over it changed, and nothing else of the path. */
  policyChangedAt: number | null
  /** How the port went on before, where the way was taken away while we watched. */
  lost: { route: Route; at: number } | null
  /** What the mapped node's rules did with it when they were last read; null where they never were. */
  rules: RuleReading | null
  /** Outcomes of vantages that decide, since Portolan began to watch. */
  answered: number
  attempts: number
  epoch: Epoch
  /** Ended ones, newest last. */
  epochs: Epoch[]
}
