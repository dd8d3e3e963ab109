import type { ProbePlan, Protocol } from '@portolan/core'
import type { Seen } from '../exchange/exchange.ts'
import type { Dialogue } from '../protocols/dialogue.ts'
import { dialogueFor, type Spoken } from '../protocols/dialogues.ts'
import { type Discovery, type Finding, type Idea, IDEAS, interpret } from './discovery.ts'

/** One thing to say, and how to take the answer. */
export interface ProbeRequest {
  dialogue: Dialogue
  /** @returns null when the answer says nothing: it was asked for in what is now known to be the wrong protocol */
  take(seen: Seen): { seen: Seen; protocol: Protocol } | null
}

/** Decides what a plan's probes say: what the plan states, what was found out, or the next idea. */
export interface RequestPicker {
  next(burst: boolean): ProbeRequest
}

export function createRequestPicker(plan: ProbePlan, discovery: Discovery): RequestPicker {
  const { speech } = plan
  const stated = statedProtocol(plan)
  if (stated !== null) {
    const request = plainly(stated, dialogueFor(stated, speech, plan.address, plan.port))
    return { next: () => request }
  }
  const ideas = inOrder(speech.first)
  /** Ideas that led nowhere, and those that are still under way: a port that is slow to fail must not hold up the next. */
  let tried = 0
  let underWay = 0
  let settled: ProbeRequest | null = null

  function attempt(burst: boolean): ProbeRequest {
    const idea = ideas[burst ? 0 : (tried + underWay) % ideas.length] ?? 'http'
    if (!burst) underWay += 1
    return {
      dialogue: dialogueFor(idea, speech, plan.address, plan.port),
      take(seen) {
        const interpretation = interpret(idea, seen)
        if (interpretation.finding !== null) discovery.learn(speech.identity, interpretation.finding)
        if (!burst) {
          underWay -= 1
          if (interpretation.moveOn) tried += 1
        }
        if (interpretation.moveOn && discovery.known(speech.identity) !== undefined) return null
        return { seen: interpretation.seen, protocol: interpretation.finding?.protocol ?? 'auto' }
      },
    }
  }

  return {
    next(burst) {
      const found = discovery.known(speech.identity)
      if (found === undefined) return attempt(burst)
      settled ??= plainly(found.protocol, foundDialogue(found, plan))
      return settled
    },
  }
}

function inOrder(first: Idea | undefined): readonly Idea[] {
  return first === undefined ? IDEAS : [first, ...IDEAS.filter((one) => one !== first)]
}

/** A hello without a protocol is for a port that is no more than TCP to us. */
function statedProtocol({ speech }: ProbePlan): Spoken | null {
  if (speech.protocol === 'off' || speech.protocol === 'echo') return null
  if (speech.protocol !== 'auto') return speech.protocol
  return speech.hello === undefined ? null : 'tcp'
}

function plainly(protocol: Spoken, dialogue: Dialogue): ProbeRequest {
  return { dialogue, take: (seen) => ({ seen, protocol }) }
}

function foundDialogue(found: Finding, plan: ProbePlan): Dialogue {
  const dialogue = dialogueFor(found.protocol, plan.speech, plan.address, plan.port)
  if (found.afterHelloOf === undefined) return dialogue
  const { opening } = dialogueFor(found.afterHelloOf, plan.speech, plan.address, plan.port)
  return { ...dialogue, opening }
}
