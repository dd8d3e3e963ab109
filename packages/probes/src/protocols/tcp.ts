import type { Dialogue } from './dialogue.ts'
import { excerptOf } from './excerpt.ts'
import { decodeHello } from './hello.ts'
import { recognise } from './recognise.ts'

/** Only so much of an answer is searched for what is expected. */
export const EXPECT_WITHIN_BYTES = 4096

/**
 * Says `hello`, if there is one, and waits: any byte is ok, unless something certain is expected. Behind docker-proxy a
 * connect alone proves nothing.
 */
export function tcpDialogue(speech: { hello?: string; expect?: string }): Dialogue {
  return {
    opening: speech.hello === undefined ? null : decodeHello(speech.hello),
    judge: expecting(speech.expect),
  }
}

export function expecting(expect: string | undefined): Dialogue['judge'] {
  return (received, over) => {
    if (received.length === 0) return null
    const speaks = recognise(received)
    if (expect === undefined || received.subarray(0, EXPECT_WITHIN_BYTES).includes(expect)) {
      return { symptom: 'ok', ...(speaks && { speaks }) }
    }
    if (!over && received.length < EXPECT_WITHIN_BYTES) return null
    return {
      symptom: 'body_mismatch',
      detail: `the answer does not contain "${expect}"`,
      excerpt: excerptOf(received),
      ...(speaks && { speaks }),
    }
  }
}
