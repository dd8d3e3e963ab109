import { describe, expect, test } from '@jest/globals'
import { refusedBy, unreachable } from '../src/failure.ts'

const SERVER = 'https://127.0.0.1:40123'

describe('no answer', () => {
  test.each([
    ['ECONNREFUSED', 'connection refused at https://127.0.0.1:40123'],
    ['ECONNRESET', 'connection closed at https://127.0.0.1:40123'],
    ['EHOSTUNREACH', 'no route to the host at https://127.0.0.1:40123'],
    ['ENOTFOUND', 'name not found at https://127.0.0.1:40123'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT) at https://127.0.0.1:40123'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'certificate not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE) at https://127.0.0.1:40123',
    ],
    ['ESOMETHING', 'connection failed (ESOMETHING) at https://127.0.0.1:40123'],
  ])('%s', (code, message) => {
    const failure = unreachable(SERVER, Object.assign(new Error('whatever'), { code }))
    expect(failure).toMatchObject({ reason: 'unreachable', message })
  })
})

describe('an answer that says no', () => {
  test.each([
    [401, 'unauthorized', 'credentials not accepted at https://127.0.0.1:40123'],
    [403, 'forbidden', 'no permission to list and watch events at https://127.0.0.1:40123'],
    [410, 'expired', 'resource version too old: why'],
    [500, 'rejected', 'answer 500 at https://127.0.0.1:40123: why'],
  ])('%i', (status, reason, message) => {
    expect(refusedBy(SERVER, status, 'why', 'events')).toMatchObject({ reason, message })
  })
})
