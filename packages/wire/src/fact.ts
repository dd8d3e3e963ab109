import type { Fact } from '@portolan/core'
import { z } from 'zod'

/** What every fact carries. What was observed is our own and closed by its kind; core reads it. */
const envelope = z.object({
  cluster: z.string(),
  source: z.string(),
  boot: z.string(),
  sequence: z.int(),
  at: z.number(),
  receivedAt: z.number(),
  observed: z.looseObject({
    kind: z.enum([
      'outcome',
      'protocol',
      'vantages',
      'engine',
      'containers',
      'container',
      'listed',
      'object',
      'watch',
      'gap',
      'clock',
      'tick',
      'resumed',
      'agent',
    ]),
  }),
})

const KINDS: ReadonlySet<unknown> = new Set(envelope.shape.observed.shape.kind.options)

/** Accepts what the schema does, for facts that come by the million: that one says what is wrong. */
function isFact(value: Partial<Fact> | null): value is Fact {
  return (
    typeof value?.cluster === 'string' &&
    typeof value.source === 'string' &&
    typeof value.boot === 'string' &&
    Number.isSafeInteger(value.sequence) &&
    Number.isFinite(value.at) &&
    Number.isFinite(value.receivedAt) &&
    KINDS.has(value.observed?.kind)
  )
}

/** A fact as it is stored and recorded: JSON in one line, times as core counts them. */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(fact)
}

/** @throws {z.ZodError | SyntaxError} when the text is no fact */
export function decodeFact(text: string): Fact {
  const value = JSON.parse(text)
  return isFact(value) ? value : (envelope.parse(value) as unknown as Fact)
}
