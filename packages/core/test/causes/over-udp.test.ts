import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../../src/index.ts'
import { container, deployment, mapped, overUdp, pod, replicaSet, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, type World } from '../world.ts'

describe('a UDP port', () => {
  const UDP = 'host:30080/udp'
  const SILENT = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const

  function dns(on: string, port: Partial<ReturnType<typeof service>['ports'][number]> = { name: 'dns' }): World {
    const only = pod('web-1', on)
    const ports = service().ports.map((one) => ({ ...one, protocol: 'UDP' as const, ...port }))
    const endpoints = slice([only], { ports: [{ name: ports[0]?.name ?? '', port: 8080, protocol: 'UDP' }] })
    const exposed = service({ ports, externalTrafficPolicy: 'Local' })
    const world = createKnownWorld([deployment(), replicaSet(), exposed, only, endpoints])
    world.containers(container('cp'), overUdp(mapped('a', { 30080: 30080 })), container('b'), container('c'))
    world.pass(1000)
    return world
  }

  test('that speaks DNS is asked in DNS from everywhere, the witness beside it under a name of its own', () => {
    const world = dns('b')
    expect(world.plans.map(({ id }) => id)).toEqual([
      `${UDP}@host/loopback4`,
      `${UDP}@host/lan`,
      `${UDP}@host/node-address`,
      'node:b:30080/udp@host/node-address',
    ])
    expect(world.plans.every(({ speech }) => speech.protocol === 'dns' && speech.transport === 'udp')).toBe(true)
  })

  test('under policy Local with its pod elsewhere is etp_local, whose silence needs no connect', () => {
    const world = dns('b')
    world.probe('node:b:30080/udp', { 'node-address': 'ok' }, { protocol: 'dns' })
    world.probe(UDP, SILENT, { protocol: 'dns' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('that falls silent while the objects are fine is unproven: nothing tells the application from the way', () => {
    const world = dns('a')
    world.probe(UDP, ALL_OK, { protocol: 'dns' })
    world.pass(10_000)
    for (let n = 0; n < 3; n++) {
      world.probe(UDP, SILENT, { protocol: 'dns' })
      world.pass(1000)
    }
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.candidates).toContain('app_slow')
    expect(JSON.stringify(world.incident()?.remedies)).not.toContain('port-forward')
  })

  test('of which nobody knows what it understands is not probed, and says what to configure', () => {
    const world = dns('b', { name: 'game' })
    expect(world.plans).toEqual([])
    const [view] = readTargets(world.state)
    expect(view).toMatchObject({ state: 'unknown' })
    expect(view?.note).toMatch(/not probed: a UDP service .* annotate service\/web portolan.dev\/hello=TEXT/)
  })
})
