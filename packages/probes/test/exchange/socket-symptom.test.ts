import { expect, test } from '@jest/globals'
import { symptomOfError } from '../../src/exchange/socket-symptom.ts'

test.each([
  ['ECONNREFUSED', false, 'refused'],
  ['EHOSTUNREACH', false, 'unreachable'],
  ['ENETUNREACH', false, 'unreachable'],
  ['EHOSTUNREACH', true, 'unreachable'],
  ['ETIMEDOUT', false, 'connect_timeout'],
  ['ETIMEDOUT', true, 'silent'],
  ['ECONNRESET', true, 'reset'],
  ['EPIPE', true, 'reset'],
  ['ENOTFOUND', false, 'dns_error'],
  ['EMFILE', false, 'local_error'],
  ['EADDRNOTAVAIL', false, 'local_error'],
  ['ENETDOWN', false, 'local_error'],
  ['EPERM', false, 'local_error'],
  [undefined, false, 'local_error'],
])('%s (connected: %s) is %s', (code, connected, symptom) => {
  expect(symptomOfError(code, connected)).toBe(symptom)
})
