import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../src/index.ts'
import { mapped, node } from './builders.ts'
import { ALL_OK, createWorld, DOCKER, type World } from './world.ts'

function bound(listenAddress: string, engine = DOCKER): World {
  const world = createWorld()
  world.tell({ kind: 'engine', status: 'connected', engine })
  world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: true })
  const binding = { listenAddress, hostPort: 30080, containerPort: 30080, protocol: 'tcp' as const }
  world.containers(mapped('a', {}, { bindings: [binding], wished: [binding] }))
  world.list([node('a')])
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
    const world = bound('0.0.0.0', { ...DOCKER, desktop: true, operatingSystem: 'Docker Desktop' })
    world.probe('host:30080', { ...ALL_OK, 'node-address': 'connect_timeout' })
    expect(vantage(world, 'host/node-address')).toMatchObject({
      decides: false,
      why: expect.stringMatching(/inside Docker Desktop \(address_unroutable\)/),
    })
  })
})
