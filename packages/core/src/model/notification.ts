import type { Incident } from './incident.ts'

/** What is worth calling somebody for, or says that it is over. `test` is of nothing. */
export const NOTIFICATION_TYPES = [
  'incident.opened',
  'incident.closed',
  'flapping.began',
  'flapping.ended',
  'risk.began',
  'risk.ended',
  'test',
] as const

/** One message of a port to people. `at` is ms since the epoch. */
export interface Notification {
  type: (typeof NOTIFICATION_TYPES)[number]
  at: number
  cluster: string
  target: string
  /** One sentence. */
  summary: string
  /** How often it began since the last message about it; more than 1 where one message stands for several. */
  times: number
  incident: Incident | null
  /** How probable it is that the next reschedule leaves the port dark; null where that is not what it is about. */
  darkProbability: number | null
}
