import { beforeEach, expect, test } from '@jest/globals'
import type { ProxiedRequest } from '@portolan/kube'
import { createTunnel } from '../../src/link/tunnel.ts'

let asked: ProxiedRequest[]
let valid: string
let current: number
let mayChange: boolean
let refusal: number
let carry: ReturnType<typeof createTunnel>

beforeEach(() => {
  asked = []
  valid = 'token-1'
  current = 1
  mayChange = true
  refusal = 401
  carry = createTunnel({
    namespace: 'portolan',
    service: 'https:portolan-collector:9465',
    token: { current: async () => `token-${current}`, refused: () => void (current += mayChange ? 1 : 0) },
    client: {
      async proxyToService(request) {
        asked.push(request)
        const status = request.headers['portolan-token'] === valid ? 200 : refusal
        return { status, headers: { 'portolan-clock': '1', 'set-cookie': ['a', 'b'] }, body: Buffer.from('ahoy') }
      },
    },
  })
})

const request = {
  method: 'POST' as const,
  path: '/api/v1/ingest',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  signal: new AbortController().signal,
}

test('a request goes to the service with the token in a header of its own', async () => {
  const headers = { 'portolan-clock': '1', 'set-cookie': 'a, b' }
  expect(await carry(request)).toEqual({ status: 200, headers, body: 'ahoy' })
  expect(asked).toEqual([
    {
      ...request,
      namespace: 'portolan',
      service: 'https:portolan-collector:9465',
      headers: { 'content-type': 'application/json', 'portolan-token': 'token-1' },
    },
  ])
})

test.each([[401], [403]])('a token that is refused with %i is replaced, once', async (status) => {
  refusal = status
  valid = 'token-2'
  expect((await carry(request)).status).toBe(200)
  valid = 'none'
  expect((await carry(request)).status).toBe(status)
  expect(asked).toHaveLength(4)
})

test('what is refused for another reason is not asked again', async () => {
  mayChange = false
  valid = 'none'
  expect((await carry(request)).status).toBe(401)
  expect(asked).toHaveLength(1)
})
