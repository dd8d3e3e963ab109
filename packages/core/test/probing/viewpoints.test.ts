import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../../src/index.ts'
import { container, mapped, node, pod, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, createWorld, DOCKER, type World } from '../world.ts'

const DESKTOP = { ...DOCKER, desktop: true, operatingSystem: 'Docker Desktop' }
const UNROUTED = { ...ALL_OK, 'node-address': 'connect_timeout' } as const

function bound(listenAddress: string, engine = DOCKER, seen: Parameters<World['probe']>[1] = {}): World {
  const world = createWorld()
  world.tell({ kind: 'engine', status: 'connected', engine })
  world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: true })
  const binding = { listenAddress, hostPort: 30080, containerPort: 30080, protocol: 'tcp' as const }
  world.containers(mapped('a', {}, { bindings: [binding], wished: [binding] }))
  world.list([node('a')])
  world.probe('host:30080', seen)
  return world
}

const vantage = (world: World, name: string) =>
  readTargets(world.state)[0]?.vantages.find((one) => one.vantage === name)

describe('what is a note on a vantage, and no fault', () => {
  test('a port that listens on IPv4 alone: listen_family', () => {
    expect(vantage(bound('0.0.0.0'), 'host/loopback6')).toMatchObject({
      decides: false,
      why: expect.stringContaining('listen_family'),
    })
  })

  test('a port that listens on loopback alone: listen_loopback', () => {
    const world = bound('127.0.0.1')
    expect(vantage(world, 'host/loopback4')).toMatchObject({
      decides: true,
      why: expect.stringContaining('listen_loopback'),
    })
    expect(vantage(world, 'host/lan')).toBeUndefined()
  })

  test('a node inside the virtual machine of a desktop engine: address_unroutable', () => {
    expect(vantage(bound('0.0.0.0', DESKTOP, UNROUTED), 'host/node-address')).toMatchObject({
      decides: false,
      why: expect.stringMatching(/inside Docker Desktop \(address_unroutable\)/),
    })
  })

  test.each<[string, World, string, RegExp]>([
    ['listen_family, of a port that listens on IPv6 too', bound('::'), 'host/loopback6', /listens on ::$/],
    [
      'listen_loopback, of a port that listens everywhere',
      bound('0.0.0.0'),
      'host/loopback4',
      /listens on 0\.0\.0\.0$/,
    ],
    [
      'address_unroutable, where the engine runs on this machine',
      bound('0.0.0.0', DOCKER, UNROUTED),
      'host/node-address',
      /so far$/,
    ],
    [
      'address_unroutable, where a node behind a desktop engine has answered all the same',
      bound('0.0.0.0', DESKTOP, ALL_OK),
      'host/node-address',
      /^the address of a$/,
    ],
  ])('and not said: %s', (_, world, name, why) => {
    expect(vantage(world, name)?.why).toMatch(why)
  })
})

describe('the address of a node that is asked', () => {
  const [V4, V6] = ['172.18.0.2', 'fc00::2']
  const SIX = ['IPv6'] as const

  function askedAt(listenAddresses: string[], families: readonly ('IPv4' | 'IPv6')[], addresses = [V4, V6]) {
    const away = pod('web-1', 'b')
    const world = createKnownWorld([
      service({ externalTrafficPolicy: 'Cluster', families: [...families] }),
      away,
      slice([away]),
    ])
    const bindings = listenAddresses.map((listenAddress) => {
      return { listenAddress, hostPort: 30080, containerPort: 30080, protocol: 'tcp' as const }
    })
    world.containers(
      mapped('a', {}, { bindings, wished: bindings, addresses }),
      container('b', { addresses: ['172.18.0.3', 'fc00::3'] }),
    )
    const at = (target: string) =>
      world.plans.find((plan) => plan.vantage === 'host/node-address' && plan.target === target)?.address
    return [at('host:30080'), at('node:b:30080')]
  }

  test.each([
    ['an IPv6 cluster, whose ports listen on IPv6: the IPv6 one', ['::'], SIX, undefined, [V6, 'fc00::3']],
    ['a port that listens on both, of a Service with IPv6 alone', ['0.0.0.0', '::'], SIX, undefined, [V6, 'fc00::3']],
    ['a port that listens on IPv4: the one that the engine dials', ['127.0.0.1'], SIX, undefined, [V4, 'fc00::3']],
    ['a Service with both families', ['0.0.0.0', '::'], ['IPv4', 'IPv6'], undefined, [V4, '172.18.0.3']],
    ['a node without an IPv6 address', ['::'], ['IPv4'], [V4], [V4, '172.18.0.3']],
    ['a Service whose families are not known', ['::'], [], undefined, [V6, '172.18.0.3']],
  ] as const)('of %s', (_, listens, families, addresses, expected) => {
    expect(askedAt([...listens], families, addresses === undefined ? undefined : [...addresses])).toEqual(expected)
  })
})
