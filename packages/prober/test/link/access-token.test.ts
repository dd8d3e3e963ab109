import { beforeEach, expect, test } from '@jest/globals'
import { PortolanError } from '@portolan/core'
import { createAccessToken } from '../../src/link/access-token.ts'

const MINUTE = 60_000

let now: number
let asked: string[]
let fault: Error | null
let token: ReturnType<typeof createAccessToken>

beforeEach(() => {
  now = 0
  asked = []
  fault = null
  token = createAccessToken({
    namespace: 'portolan',
    clock: { now: () => now, monotonic: () => now, after: () => () => {} },
    client: {
      async requestToken(namespace, account, audience, seconds) {
        if (fault !== null) throw fault
        asked.push(`${namespace}/${account} for ${audience}, ${seconds} s`)
        return { token: `token-${asked.length}`, expiresAt: 0 }
      },
    },
  })
})

test('it is asked for once, however many need it', async () => {
  expect(await Promise.all([token.current(), token.current()])).toEqual(['token-1', 'token-1'])
  expect(await token.current()).toBe('token-1')
  expect(asked).toEqual(['portolan/portolan-prober for portolan-collector, 3600 s'])
})

test('it is renewed before it ends', async () => {
  await token.current()
  now = 47 * MINUTE
  expect(await token.current()).toBe('token-1')
  now = 49 * MINUTE
  expect(await token.current()).toBe('token-2')
})

test('another one is asked for where it is refused, unless it is new', async () => {
  const first = await token.current()
  token.refused(first)
  expect(await token.current()).toBe('token-1')
  now = 2 * MINUTE
  token.refused(first)
  expect(await token.current()).toBe('token-2')
  now = 4 * MINUTE
  token.refused(first)
  expect(await token.current()).toBe('token-2')
})

test('a fault is told, and the next who needs it asks again', async () => {
  fault = new PortolanError('api_not_found', 'no such account', '')
  await expect(token.current()).rejects.toBe(fault)
  fault = null
  expect(await token.current()).toBe('token-1')
})
