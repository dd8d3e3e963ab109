import { describe, expect, test } from '@jest/globals'
import { openIncidents } from '../../src/index.ts'
import { placement, pod, service, slice, START } from '../builders.ts'
import { answered, PORT, verdictOf } from '../diagnosis/scene.ts'
import { ALL_OK, createKnownWorld, DROPPED, type World } from '../world.ts'

const HEALTH = 'local-endpoints:default/web:a'
const LOAD_BALANCER = { type: 'LoadBalancer' as const, healthCheckNodePort: 31_234, balancerAddresses: [] }

/** A load balancer with policy Local; port 30080 is mapped to `a`. */
function scene(on: string): World {
  const only = pod('web-1', on, { readySince: START - 600_000, placement: placement() })
  return createKnownWorld([only, service(LOAD_BALANCER), slice([only])])
}

const SAYS = {
  endpoints: { 'node-address': 'ok' },
  none: { 'node-address': 'http_status' },
} as const

/** The port, and what kube-proxy on the mapped node says beside it. */
function see(world: World, host: Parameters<World['probe']>[1], says: keyof typeof SAYS, isWell = true): void {
  for (let n = 0; n < 4; n++) {
    world.pass(1000)
    world.probe('kube-proxy:a', { 'node-address': isWell ? 'ok' : 'http_status' }, { status: isWell ? 200 : 503 })
    world.probe(HEALTH, SAYS[says], says === 'none' ? { status: 503 } : { status: 200 })
    world.probe(PORT, host)
  }
}

const evidence = (world: World) => openIncidents(world.state)[0]?.evidence.map(({ text }) => text)

describe('what kube-proxy says of the endpoints of its own node', () => {
  test('is asked at the port that the Service has for it, and nowhere where it has none', () => {
    const asked = (world: World) => world.assignment('host')?.plans.filter(({ target }) => target.startsWith('local-'))
    const world = answered(scene('a'))
    expect(asked(world)).toMatchObject([{ target: HEALTH, address: '172.18.0.2', port: 31_234, speech: { path: '/' } }])
    world.set(service({ type: 'NodePort' }))
    world.pass(1000)
    expect(asked(world)).toEqual([])
  })

  test('is evidence where the Service drops what comes for a node without a pod', () => {
    const world = answered(scene('a'))
    const moved = pod('web-2', 'b', { readySince: world.now, placement: placement() })
    world.set(moved, slice([moved]))
    world.remove(pod('web-1', 'a'))
    for (let n = 0; n < 5; n++) see(world, DROPPED, 'none')
    expect(verdictOf(world)).toMatchObject({ cause: 'etp_local' })
    expect(evidence(world)).toContain(
      'kube-proxy on a says that it has no endpoint of Service default/web there (healthCheckNodePort 31234)',
    )
  })

  test('is no word on endpoints from a kube-proxy that is ill, which answers alike', () => {
    const world = answered(scene('a'))
    world.pass(30_000)
    world.probe(PORT, ALL_OK)
    for (let n = 0; n < 3; n++) see(world, DROPPED, 'none', false)
    expect(evidence(world)).not.toContainEqual(expect.stringContaining('has no endpoint'))
  })

  test('names a kube-proxy that is behind, from the host alone, where a pod is there', () => {
    const world = answered(scene('a'))
    world.pass(30_000)
    world.probe(PORT, ALL_OK)
    for (let n = 0; n < 3; n++) see(world, DROPPED, 'none')
    expect(verdictOf(world)).toMatchObject({ cause: 'kube_proxy_stale' })
    expect(openIncidents(world.state)[0]?.summary).toBe(
      'a does not lead to the pods of Service default/web that run on it: kube-proxy there says that it has no endpoint of the Service.',
    )
  })

  test('excludes its rules where it leads to the pods of its node', () => {
    const world = answered(scene('a'))
    for (let n = 0; n < 3; n++) see(world, DROPPED, 'endpoints')
    const said = [verdictOf(world)?.cause, ...(verdictOf(world)?.candidates ?? [])]
    expect(said).not.toContain('kube_proxy_stale')
    expect(said).not.toContain('rules_not_programmed')
    expect(said).not.toContain('node_name_mismatch')
  })
})
