import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** What somebody may do for a while without showing a key again. */
export interface Session {
  until: number
  writes: boolean
  /** The owner of the token that opened it; null for a holder of the key. */
  who: string | null
}

/** `system:serviceaccount:NAMESPACE:NAME` is up to 340 characters long. */
const LONGEST_OWNER = 400

/** A text that says all of it, signed with the key. It is kept nowhere: it outlives a restart, and ends with the key. */
export function writeSession({ until, writes, who }: Session, key: string): string {
  const owner = Buffer.from((who ?? '').slice(0, LONGEST_OWNER)).toString('base64url')
  const said = `${until}.${writes ? 'rw' : 'r'}.${owner}`
  return `${said}.${signSession(key, said)}`
}

/** null where none of the keys signed it, or it is over. */
export function readSession(text: string, keys: readonly string[], now: number): Session | null {
  const [, said = '', until, mode, who = '', signature = ''] =
    /^((\d{1,15})\.(r|rw)\.([\w-]*))\.([\w-]+)$/.exec(text) ?? []
  const isSigned = keys.some((key) => isSame(signSession(key, said), signature))
  if (!isSigned || now >= Number(until)) return null
  return {
    until: Number(until),
    writes: mode === 'rw',
    who: who === '' ? null : Buffer.from(who, 'base64url').toString(),
  }
}

/** What only a holder of the key answers to a nonce at this port: what another one answered at its own is no answer. */
export function proofOf(key: string, nonce: string, port: number): string {
  return sign(key, `proof ${port} ${nonce}`)
}

/** In the same time for each guess. */
export function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(hash('sha256', expected, 'buffer'), hash('sha256', given, 'buffer'))
}

const signSession = (key: string, said: string) => sign(key, `session ${said}`)

function sign(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}
