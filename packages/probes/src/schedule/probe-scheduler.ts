import { exchangeOverUdp } from '../exchange/exchange-over-udp.ts'
import { exchange } from '../exchange/exchange.ts'
import { createScheduler, type Prober, type SchedulerOptions } from './scheduler.ts'

/** The scheduler that probes over real sockets. */
export function createProbeScheduler(options: SchedulerOptions): Prober {
  return createScheduler(options, (call, clock, done) =>
    call.dialogue.transport === 'udp' ? exchangeOverUdp(call, clock, done) : exchange(call, clock, done),
  )
}
