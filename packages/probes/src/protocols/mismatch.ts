import { excerptOf } from './excerpt.ts'
import { recognise } from './recognise.ts'
import type { Verdict } from './verdict.ts'

/** Something answered, but not in the protocol that was spoken to it. */
export function mismatch(received: Buffer, spoken: string): Verdict {
  const speaks = recognise(received)
  const detail = speaks === null ? `the answer is not ${spoken}` : `the port speaks ${speaks.name}, not ${spoken}`
  return { symptom: 'body_mismatch', detail, excerpt: excerptOf(received), ...(speaks && { speaks }) }
}
