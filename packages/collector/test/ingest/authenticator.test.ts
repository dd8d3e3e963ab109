import { expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { createAuthenticator, type Reviewed } from '../../src/ingest/authenticator.ts'

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
  expect(await authenticator({ token: reviewed }).authenticate('token')).toEqual(identity)
})

test('asks once a minute for a token, also when it is shown twice at the same time', async () => {
  const { authenticate, asked, clock } = authenticator({ token: { username: AGENT, extra: { [NODE]: ['worker'] } } })
  await Promise.all([authenticate('token'), authenticate('token')])
  await authenticate('token')
  expect(asked).toHaveLength(1)
  clock.advance(61_000)
  await authenticate('token')
  expect(asked).toHaveLength(2)
})

test('remembers a no for some seconds only', async () => {
  const { authenticate, asked, clock } = authenticator({})
  await authenticate('token')
  await authenticate('token')
  clock.advance(6000)
  await authenticate('token')
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
  await expect(authenticate('token')).rejects.toThrow('away')
  await expect(authenticate('token')).rejects.toThrow('away')
  expect(times).toBe(2)
})
