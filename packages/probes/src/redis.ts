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
  judge(heard, over) {
    if (heard[0] !== PLUS && heard[0] !== MINUS) return mismatch(heard, 'Redis')
    const end = heard.indexOf('\r\n')
    if (end < 0) return over || heard.length > 512 ? mismatch(heard, 'Redis') : null
    const speaks = recognise(heard)
    if (speaks?.protocol !== 'redis') return mismatch(heard, 'Redis')
    const reply = heard.toString('latin1', 0, Math.min(end, 200))
    return { symptom: 'ok', detail: reply.slice(1), speaks }
  },
}

const PLUS = 0x2b
const MINUS = 0x2d
