import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import { recognise } from './recognise.ts'

/**
 * Says PING. Any reply of Redis is ok: one that asks for a password comes from Redis too.
 *
 * Source: Redis, "RESP protocol specification": `+` begins a simple string, `-` an error, both end with CRLF.
 */
export const redisDialogue: Dialogue = {
  opening: Buffer.from('PING\r\n'),
  judge(received, over) {
    if (received[0] !== PLUS && received[0] !== MINUS) return mismatch(received, 'Redis')
    const end = received.indexOf('\r\n')
    if (end < 0) return over || received.length > 512 ? mismatch(received, 'Redis') : null
    const speaks = recognise(received)
    if (speaks?.protocol !== 'redis') return mismatch(received, 'Redis')
    const reply = received.toString('latin1', 0, Math.min(end, 200))
    return { symptom: 'ok', detail: reply.slice(1), speaks }
  },
}

const PLUS = 0x2b
const MINUS = 0x2d
