import { exchangeOverUdp } from '../exchange/exchange-over-udp.ts'
import { type Exchange, exchange } from '../exchange/exchange.ts'
import { createScheduler, type Prober, type SchedulerOptions } from './scheduler.ts'

export const overSockets: Exchange = (call, clock, done) =>
  call.dialogue.transport === 'udp' ? exchangeOverUdp(call, clock, done) : exchange(call, clock, done)

/** The scheduler that probes over real sockets. */
export function createProbeScheduler(options: SchedulerOptions): Prober {
  return createScheduler(options, overSockets)
}
