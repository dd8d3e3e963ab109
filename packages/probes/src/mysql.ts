import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import { recognise } from './recognise.ts'

/**
 * Waits for the server's greeting; an error packet (too many connections, host not allowed) comes from it as well.
 *
 * Source: MySQL, "Protocol::HandshakeV10": a packet header, 0x0a, the server's version ended by a zero byte.
 */
export const mysqlDialogue: Dialogue = {
  opening: null,
  judge(heard, over) {
    if (heard.length < HEADER + 1 && !over) return null
    const speaks = recognise(heard)
    if (speaks?.protocol !== 'mysql') return mismatch(heard, 'MySQL')
    const length = HEADER + heard.readUIntLE(0, 3)
    if (heard.length < length && !over) return null
    if (heard[HEADER] === ERROR) {
      const message = heard.toString('latin1', HEADER + 3, Math.min(length, HEADER + 3 + 150))
      return { symptom: 'ok', detail: `answered with the error: ${message}`, speaks }
    }
    const end = heard.indexOf(0, HEADER + 1)
    if (end < 0) return null
    return { symptom: 'ok', detail: `version ${heard.toString('latin1', HEADER + 1, Math.min(end, 100))}`, speaks }
  },
}

const HEADER = 4
const ERROR = 0xff
