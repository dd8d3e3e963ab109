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
      'tick',
      'resumed',
      'agent',
    ]),
  }),
})

/** A fact as it is stored and recorded: JSON in one line, times as core counts them. */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(fact)
}

/** @throws {z.ZodError | SyntaxError} when the text is no fact */
export function decodeFact(text: string): Fact {
  return envelope.parse(JSON.parse(text)) as unknown as Fact
}
