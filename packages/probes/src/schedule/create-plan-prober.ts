import type { Clock, ProbePlan } from '@portolan/core'
import { createEchoProber } from '../echo/echo-prober.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { openKeptFlow } from '../exchange/kept-flow.ts'
import type { PlanProber } from '../exchange/plan-prober.ts'
import type { Discovery } from './discovery.ts'
import { createRequestPicker } from './request-picker.ts'

/** The prober that the plan's protocol needs. */
export function createPlanProber(
  plan: ProbePlan,
  options: { clock: Clock; discovery: Discovery; exchange: Exchange },
): PlanProber {
  if (plan.speech.protocol === 'echo') return createEchoProber(plan, options.clock)
  const { address, port } = plan
  const picker = createRequestPicker(plan, options.discovery)
  const keptFlow = plan.speech.transport === 'udp' ? openKeptFlow(address, port) : null
  return {
    probe({ timeoutMs, burst }, done) {
      const { dialogue, take } = picker.next(burst)
      // Probes of a burst come too close for the one before to be judged.
      const kept = burst ? null : (keptFlow?.next(dialogue) ?? null)
      return options.exchange({ address, port, timeoutMs, dialogue }, options.clock, (answer) => {
        const seen = kept === null ? answer : { ...answer, kept }
        done({ seen, report: take(seen) })
      })
    },
    close() {
      keptFlow?.close()
    },
  }
}
