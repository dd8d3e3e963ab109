import { describe, expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { createAuthenticator, type Reviewed } from '../../src/ingest/authenticator.ts'

/** As Kubernetes makes them, but for the signature. */
const jwt = (claims: unknown, signature = 'c2ln') =>
  `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
const meantForUs = (name: string) => jwt({ aud: ['portolan-collector'], sub: name })
const TOKEN = meantForUs('someone')
const WORKER: Reviewed = {
  username: 'system:serviceaccount:portolan-agents:portolan-agent',
  extra: { 'authentication.kubernetes.io/node-name': ['worker'] },
}

const NODE = 'authentication.kubernetes.io/node-name'
const POD = 'authentication.kubernetes.io/pod-name'
const accounts = { agent: 'portolan-agents/portolan-agent', prober: 'portolan/portolan-prober' }
const AGENT = 'system:serviceaccount:portolan-agents:portolan-agent'

function authenticator(known: Record<string, Reviewed | null>) {
  const clock = createFakeClock()
  const asked: string[] = []
  const authenticate = createAuthenticator({
    accounts,
    clock,
    nodeOfPod: (namespace, pod) => (namespace === 'portolan-agents' && pod === 'agent-x' ? 'worker' : null),
    async review(token) {
      asked.push(token)
      return known[token] ?? null
    },
  })
  return { authenticate, asked, clock }
}

test.each<[string, Reviewed | null, object | null]>([
  [
    'the agent of the node that its token names',
    { username: AGENT, extra: { [NODE]: ['worker2'] } },
    { kind: 'agent', node: 'worker2' },
  ],
  [
    'the agent of the node where its pod runs',
    { username: AGENT, extra: { [POD]: ['agent-x'] } },
    { kind: 'agent', node: 'worker' },
  ],
  ['an agent whose node nobody knows', { username: AGENT, extra: { [POD]: ['agent-y'] } }, null],
  ['the prober', { username: 'system:serviceaccount:portolan:portolan-prober', extra: {} }, { kind: 'prober' }],
  ['another account', { username: 'system:serviceaccount:default:default', extra: { [NODE]: ['worker'] } }, null],
  [
    'the account of this name in another namespace',
    { username: 'system:serviceaccount:x:portolan-agent', extra: { [NODE]: ['worker'] } },
    null,
  ],
  ['a person', { username: 'kubernetes-admin', extra: {} }, null],
  ['nobody', null, null],
])('%s', async (_, reviewed, identity) => {
  expect(await authenticator({ [TOKEN]: reviewed }).authenticate(TOKEN)).toEqual(identity)
})

test('asks once a minute for a token, also when it is shown twice at the same time', async () => {
  const { authenticate, asked, clock } = authenticator({ [TOKEN]: WORKER })
  await Promise.all([authenticate(TOKEN), authenticate(TOKEN)])
  await authenticate(TOKEN)
  expect(asked).toHaveLength(1)
  clock.advance(61_000)
  await authenticate(TOKEN)
  expect(asked).toHaveLength(2)
})

test('remembers a no for some seconds only', async () => {
  const { authenticate, asked, clock } = authenticator({})
  await authenticate(TOKEN)
  await authenticate(TOKEN)
  clock.advance(6000)
  await authenticate(TOKEN)
  expect(asked).toHaveLength(2)
})

test('remembers no failure to ask', async () => {
  let times = 0
  const authenticate = createAuthenticator({
    accounts,
    clock: createFakeClock(),
    nodeOfPod: () => null,
    async review() {
      times += 1
      throw new Error('away')
    },
  })
  await expect(authenticate(TOKEN)).rejects.toThrow('away')
  await expect(authenticate(TOKEN)).rejects.toThrow('away')
  expect(times).toBe(2)
})

describe('6,000 tokens that somebody made up', () => {
  const AT_A_TIME = 4
  const MOST_WAITING = 1000

  /** The API server answers when the test lets it, and knows one token. */
  function slowAuthenticator(good: string) {
    const clock = createFakeClock()
    const reviewed: string[] = []
    let open = Promise.withResolvers<void>()
    const authenticate = createAuthenticator({
      accounts,
      clock,
      nodeOfPod: () => null,
      async review(token) {
        reviewed.push(token)
        await open.promise
        return token === good ? WORKER : null
      },
    })
    return {
      authenticate,
      reviewed,
      clock,
      answer: () => open.resolve(),
      hold: () => void (open = Promise.withResolvers()),
    }
  }

  test.each<[string, (n: number) => string]>([
    ['random text', (n) => `token-${n}`],
    ['three parts of nothing', (n) => `a.b${n}.c`],
    ['claims that are no JSON', (n) => `a.${Buffer.from(`{${n}`).toString('base64url')}.c`],
    ['claims that are null', () => jwt(null)],
    ['no audience', (n) => jwt({ sub: `${n}` })],
    ['the audience of the API server', (n) => jwt({ aud: ['https://kubernetes.default.svc'], n })],
    ['more than a header can hold', (n) => jwt({ aud: 'portolan-collector', n }, 's'.repeat(20_000))],
  ])('%s: the API server is never asked', async (_, token) => {
    const { authenticate, asked } = authenticator({})
    for (let n = 0; n < 6000; n += 1) expect(await authenticate(token(n))).toBeNull()
    expect(asked).toEqual([])
  })

  test('with the right claims they are looked at a few at a time, and most are put off', async () => {
    const one = slowAuthenticator(TOKEN)
    const answers = Array.from({ length: 6000 }, (_, n) =>
      one.authenticate(meantForUs(`${n}`)).then(
        () => 'refused',
        (error: Error) => error.message,
      ),
    )
    const putOff = await Promise.all(answers.slice(AT_A_TIME + MOST_WAITING))
    expect(new Set(putOff)).toEqual(new Set(['1000 other tokens wait for a review']))
    expect(one.reviewed).toHaveLength(AT_A_TIME)
    one.answer()
    expect(new Set(await Promise.all(answers.slice(0, AT_A_TIME + MOST_WAITING)))).toEqual(new Set(['refused']))
    expect(one.reviewed).toHaveLength(AT_A_TIME + MOST_WAITING)
  })

  test('an agent that was known is asked about at once, though they all wait', async () => {
    const one = slowAuthenticator(TOKEN)
    one.answer()
    expect(await one.authenticate(TOKEN)).toEqual({ kind: 'agent', node: 'worker' })
    one.clock.advance(61_000)
    one.hold()
    const strangers = Array.from({ length: 1000 }, (_, n) => one.authenticate(meantForUs(`${n}`)))
    const again = one.authenticate(TOKEN)
    expect(one.reviewed.at(-1)).toBe(TOKEN)
    one.answer()
    expect(await again).toEqual({ kind: 'agent', node: 'worker' })
    await Promise.all(strangers)
  })

  test('none of them pushes a known one out of memory', async () => {
    const { authenticate, asked } = authenticator({ [TOKEN]: WORKER })
    await authenticate(TOKEN)
    for (let n = 0; n < 6000; n += 1) await authenticate(meantForUs(`${n}`))
    await authenticate(TOKEN)
    expect(asked.filter((token) => token === TOKEN)).toHaveLength(1)
  })

  test('a token that is not known any more is a stranger', async () => {
    const known: Record<string, Reviewed | null> = { [TOKEN]: WORKER }
    const { authenticate, clock } = authenticator(known)
    await authenticate(TOKEN)
    known[TOKEN] = null
    clock.advance(61_000)
    expect(await authenticate(TOKEN)).toBeNull()
    expect(await authenticate(TOKEN)).toBeNull()
  })
})
