import { converseOverUdp } from './converse-udp.ts'
import { converse } from './converse.ts'
import { createScheduler, type Prober, type SchedulerOptions } from './scheduler.ts'

/** The scheduler that probes over real sockets. */
export function createProbeScheduler(options: SchedulerOptions): Prober {
  return createScheduler(options, (call, clock, done) =>
    call.dialogue.transport === 'udp' ? converseOverUdp(call, clock, done) : converse(call, clock, done),
  )
}
