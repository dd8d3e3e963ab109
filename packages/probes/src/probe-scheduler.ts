import { converse } from './converse.ts'
import { createScheduler, type Prober, type SchedulerOptions } from './scheduler.ts'

/** The scheduler that probes over real sockets. */
export function createProbeScheduler(options: SchedulerOptions): Prober {
  return createScheduler(options, converse)
}
