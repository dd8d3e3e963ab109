import type { Clock, ProbePlan, Protocol } from '@portolan/core'
import type { converse, Seen } from './converse.ts'
import type { Discovery } from './discovery.ts'
import { createEchoProber } from './echo-prober.ts'
import { openKeptFlow } from './kept-flow.ts'
import { createSpeaker } from './speaker.ts'

export interface Attempt {
  timeoutMs: number
  burst: boolean
}

/** What one probe saw; `told` is null where that says nothing of the port. */
export interface Findings {
  seen: Seen
  told: { seen: Seen; protocol: Protocol } | null
}

/** How one plan is probed. */
export interface PlanProber {
  /** Tells once what was seen; never throws for what the network does. The answer aborts: nothing is told then. */
  probe(attempt: Attempt, done: (findings: Findings) => void): () => void
  /** Lets go of what is kept from probe to probe. */
  close(): void
}

export function createPlanProber(
  plan: ProbePlan,
  options: { clock: Clock; discovery: Discovery; probe: typeof converse },
): PlanProber {
  if (plan.speech.protocol === 'echo') return createEchoProber(plan, options.clock)
  const { address, port } = plan
  const speaker = createSpeaker(plan, options.discovery)
  const keptFlow = plan.speech.transport === 'udp' ? openKeptFlow(address, port) : null
  return {
    probe({ timeoutMs, burst }, done) {
      const { dialogue, take } = speaker.next(burst)
      // Probes of a burst come too close for the one before to be judged.
      const kept = burst ? null : (keptFlow?.next(dialogue) ?? null)
      return options.probe({ address, port, timeoutMs, dialogue }, options.clock, (answer) => {
        const seen = kept === null ? answer : { ...answer, kept }
        done({ seen, told: take(seen) })
      })
    },
    close() {
      keptFlow?.close()
    },
  }
}
