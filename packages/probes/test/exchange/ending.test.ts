import { expect, test } from '@jest/globals'
import type { Phase, Symptom } from '@portolan/core'
import { dialogueFor } from '../../src/protocols/dialogues.ts'
import { judgeEnding, type Ending } from '../../src/exchange/ending.ts'
import { speech } from '../builders.ts'

const failed = (code: string): Ending => ({ kind: 'failed', error: Object.assign(new Error(code), { code }) })
const closed: Ending = { kind: 'closed' }
const timeUp: Ending = { kind: 'time up', timeoutMs: 500, heldUpMs: 0 }
const heldUp: Ending = { kind: 'time up', timeoutMs: 500, heldUpMs: 51 }

test.each<[string, Ending, Phase, { raw?: string; received?: string }, Symptom]>([
  ['no route to the host', failed('EHOSTUNREACH'), 'connect', {}, 'unreachable'],
  ['no descriptor left', failed('EMFILE'), 'connect', {}, 'local_error'],
  ['no answer to the connection request', timeUp, 'connect', {}, 'connect_timeout'],
  ['a step that we were too late for', heldUp, 'connect', {}, 'local_error'],
  ['not a byte', timeUp, 'first_byte', {}, 'silent'],
  ['not a byte of TLS', timeUp, 'tls', {}, 'silent'],
  ['half a handshake', timeUp, 'tls', { raw: '\x16\x03\x03' }, 'tls_error'],
  ['a handshake cut off', failed('ECONNRESET'), 'tls', { raw: '\x16\x03\x03' }, 'tls_error'],
  ['a connection reset before the handshake', failed('ECONNRESET'), 'tls', {}, 'reset'],
  ['a certificate asked for', failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'first_byte', {}, 'tls_error'],
  ['closed without a byte', closed, 'first_byte', {}, 'closed'],
  ['half a head', closed, 'transfer', { received: 'HTTP/1.1 200 OK\r\n' }, 'truncated'],
  ['half a head, reset', failed('ECONNRESET'), 'transfer', { received: 'HTTP/1.1 200 OK\r\n' }, 'truncated'],
  ['some bytes that are no HTTP', timeUp, 'transfer', { received: 'hm' }, 'body_mismatch'],
  ['an answer without end', { kind: 'too long' }, 'transfer', { received: 'HTTP/1.1 200 OK\r\n' }, 'truncated'],
])('%s is %5$s', (_, ending, phase, { raw = '', received = '' }, symptom) => {
  const dialogue = dialogueFor('http', speech(), '127.0.0.1', 80)
  const progress = { phase, dialogue, raw: Buffer.from(raw), received: Buffer.from(received) }
  expect(judgeEnding(ending, progress).symptom).toBe(symptom)
})
