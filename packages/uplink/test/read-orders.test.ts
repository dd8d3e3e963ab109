import { describe, expect, test } from '@jest/globals'
import type { Orders } from '@portolan/core'
import fc from 'fast-check'
import { readOrders } from '../src/read-orders.ts'
import { plan } from './builders.ts'

const BURST = { plan: 'peer:b@node/a', everyMs: 50, timeoutMs: 250, forMs: 5000 }

function orders({ plans = [], peers = [], bursts = [] }: { plans?: unknown[]; peers?: unknown[]; bursts?: unknown[] }) {
  return JSON.stringify({ collector: 'life-1', version: 7, assignment: { plans, peers }, bursts })
}

test('orders that can be done are taken as they are', () => {
  const given: Orders = {
    collector: 'life-1',
    version: 7,
    assignment: { plans: [plan()], peers: ['172.18.0.3', 'fc00::3'] },
    bursts: [BURST],
  }
  expect(readOrders(JSON.stringify(given))).toEqual({ orders: given, left: [] })
})

test.each([
  ['no JSON', '{'],
  ['a page', '<html>'],
  ['null', 'null'],
  ['no plans', '{"collector":"c","version":1,"assignment":{"peers":[]},"bursts":[]}'],
  ['a version that is none', '{"collector":"c","version":1.5,"assignment":{"plans":[],"peers":[]},"bursts":[]}'],
])('%s is no orders', (_, body) => expect(readOrders(body)).toBeNull())

describe('of a plan that cannot be done the reason is told, and the others are taken:', () => {
  const speech = plan().speech
  test.each<[string, object, string]>([
    ['without an id', { id: 7 }, 'plan 0: id: expected a text'],
    ['for a target that no answer could name', { target: 'pod:a b' }, 'target: expected a target'],
    ['from nowhere', { vantage: '../x' }, 'vantage: expected a vantage'],
    [
      'to a name',
      { address: 'metadata.google.internal' },
      'address is "metadata.google.internal", expected an IP address',
    ],
    ['to cloud metadata', { address: '169.254.169.254' }, 'address is "169.254.169.254", where no pod and no node is'],
    ['to cloud metadata in IPv6 words', { address: '::ffff:169.254.169.254' }, 'where no pod and no node is'],
    ['to cloud metadata by NAT64', { address: '64:ff9b::169.254.169.254' }, 'where no pod and no node is'],
    ['to cloud metadata by 6to4', { address: '2002:a9fe:a9fe::1' }, 'where no pod and no node is'],
    ["to a cloud's metadata beyond the link", { address: 'fd00:ec2::254' }, 'where no pod and no node is'],
    ['to everybody', { address: '224.0.0.1' }, 'where no pod and no node is'],
    ['to a link', { address: 'fe80::1' }, 'where no pod and no node is'],
    ['to no port', { port: 70_000 }, 'port: expected a port'],
    ['all the time', { intervalMs: 0 }, 'intervalMs is 0, expected 20 ms or more'],
    ['at no time', { intervalMs: null }, 'intervalMs is null, expected 20 ms or more'],
    ['with a deadline in the past', { timeoutMs: -1 }, 'timeoutMs is -1, expected 1 ms or more'],
    ['without words', { speech: undefined }, 'speech.identity: expected a text'],
    ['in words of a newer collector', { speech: { ...speech, protocol: 'gopher' } }, 'speech.protocol is "gopher"'],
    [
      'in words of every object',
      { speech: { ...speech, protocol: 'constructor' } },
      'speech.protocol is "constructor"',
    ],
    ['over no transport', { speech: { ...speech, transport: 'sctp' } }, 'speech.transport is "sctp"'],
    ['with words without an end', { speech: { ...speech, hello: 'x'.repeat(9999) } }, 'speech.hello: expected a text'],
  ])('%s', (_, fields, reason) => {
    const read = readOrders(orders({ plans: [{ ...plan(), ...fields }, plan()] }))
    expect(read?.orders.assignment.plans).toEqual([plan()])
    expect(read?.left).toEqual([expect.stringContaining(reason)])
  })

  test('bursts and peers as well', () => {
    const bursts = [{ ...BURST, everyMs: 1e-9 }, BURST, { ...BURST, forMs: 'long' }]
    const read = readOrders(orders({ peers: ['10.0.0.1', 'a', 7], bursts }))
    expect(read?.orders).toMatchObject({ assignment: { peers: ['10.0.0.1'] }, bursts: [BURST] })
    expect(read?.left).toHaveLength(4)
  })

  test('more than anybody needs', () => {
    const read = readOrders(orders({ peers: Array.from({ length: 6000 }, () => '10.0.0.1') }))
    expect(read?.orders.assignment.peers).toHaveLength(5000)
    expect(read?.left).toEqual(['1000 of 6000 peers: at most 5000 are taken'])
  })
})

test('whatever a plan, a burst or a peer is, the orders are read, and each reason is short', () => {
  const whatever = fc.oneof(
    fc.jsonValue(),
    fc.record({ id: fc.jsonValue(), address: fc.jsonValue(), speech: fc.jsonValue(), plan: fc.jsonValue() }),
  )
  fc.assert(
    fc.property(fc.array(whatever), fc.array(whatever), fc.array(whatever), (plans, peers, bursts) => {
      const read = readOrders(orders({ plans, peers, bursts }))
      expect(read?.orders.assignment.plans).toEqual([])
      for (const reason of read?.left ?? []) expect(reason.length).toBeLessThan(500)
    }),
  )
})
