import type { Dialogue } from './dialogue.ts'
import { mismatch } from './mismatch.ts'
import { recognise } from './recognise.ts'

/**
 * Waits for the server's greeting; an error packet (too many connections, host not allowed) comes from it as well. A
 * client that leaves without a login counts as a connection error, and after `max_connect_errors` of them (100) the
 * server blocks the client's host. A refused login does not count, so the probe tries one as nobody before it leaves.
 *
 * Source: MySQL, "Protocol::HandshakeV10": a packet header, 0x0a, the server's version ended by a zero byte; MySQL
 * Reference Manual, "The host_cache Table": only handshake errors count.
 */
export const mysqlDialogue: Dialogue = {
  opening: null,
  judge(received, over) {
    if (received.length < HEADER + 1 && !over) return null
    const speaks = recognise(received)
    if (speaks?.protocol !== 'mysql') return mismatch(received, 'MySQL')
    const length = HEADER + received.readUIntLE(0, 3)
    if (received.length < length && !over) return null
    if (received[HEADER] === ERROR) {
      const message = received.toString('latin1', HEADER + 3, Math.min(length, HEADER + 3 + 150))
      return { symptom: 'ok', detail: `answered with the error: ${message}`, speaks }
    }
    const end = received.indexOf(0, HEADER + 1)
    if (end < 0) return null
    return {
      symptom: 'ok',
      detail: `version ${received.toString('latin1', HEADER + 1, Math.min(end, 100))}`,
      speaks,
      closing: LOGIN,
    }
  },
}

const HEADER = 4
const ERROR = 0xff

/** Long password, protocol 4.1, secure connection, named authentication method. */
const CAPABILITIES = [0x01, 0x82, 0x08, 0x00]
const LONGEST_PACKET = [0, 0, 0, 1]
/** utf8mb3 */
const CHARACTER_SET = 33
const RESERVED = Array.from({ length: 23 }, () => 0)

/**
 * Protocol::HandshakeResponse41 without a password, and the empty answer to a switch of the authentication method, which
 * the server reads only if it asks for it.
 */
const LOGIN = Buffer.concat([
  packet(1, [
    ...CAPABILITIES,
    ...LONGEST_PACKET,
    CHARACTER_SET,
    ...RESERVED,
    ...zeroEnded('portolan'),
    // A password of no bytes.
    0,
    ...zeroEnded('mysql_native_password'),
  ]),
  packet(3, []),
])

function packet(sequence: number, payload: number[]): Buffer {
  return Buffer.from([payload.length, 0, 0, sequence, ...payload])
}

function zeroEnded(text: string): number[] {
  return [...Buffer.from(text), 0]
}
