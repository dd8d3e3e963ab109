import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import type { Recognised } from './verdict.ts'

const POSTGRES: Recognised = { protocol: 'postgres', name: 'PostgreSQL', greets: false }

/**
 * Asks whether TLS may be spoken, which the server answers with one byte before any login: S (yes), N (no), or an error
 * message from a server too old or too busy to say.
 *
 * Source: PostgreSQL, "Message Formats": SSLRequest is Int32(8), Int32(80877103).
 */
export const postgresDialogue: Dialogue = {
  opening: Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]),
  judge(received, over) {
    const answer = String.fromCharCode(received[0] ?? 0)
    const alone = received.length === 1
    if (answer === 'S' && alone) return { symptom: 'ok', detail: 'offers TLS', speaks: POSTGRES }
    if (answer === 'N' && alone) return { symptom: 'ok', detail: 'without TLS', speaks: POSTGRES }
    if (answer === 'E' && received.length < 5 && !over) return null
    if (answer === 'E' && received.length >= 5 && received.readUInt32BE(1) < 30_000) {
      return { symptom: 'ok', detail: 'answered with an error message', speaks: POSTGRES }
    }
    return mismatch(received, 'PostgreSQL')
  },
}
