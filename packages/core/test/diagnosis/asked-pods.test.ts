import { describe, expect, test } from '@jest/globals'
import { type Cause, explainTarget, openIncidents, type PodSnapshot, type Symptom } from '../../src/index.ts'
import { node, placement, pod, service, slice, START } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, REJECTED, type World } from '../world.ts'
import { answered, POD, PORT, scene, see, verdictOf } from './scene.ts'

const FORWARD = `${POD}@api/port-forward`
const PROXY = `${POD}@api/pod-proxy`
const HEALTH = 'kube-proxy:a@host/node-address'
const HANGS = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const
const controlPlane = node('cp', { labels: { 'node-role.kubernetes.io/control-plane': '' } })

/** The pod is on `on`, and the API server may be asked for it. */
function asking(on: string, more: Parameters<typeof scene>[0]['more'] = []): World {
  const world = scene({ on, more: [controlPlane, ...more] })
  world.state.settings.asksPods = true
  return world
}

/** What is spoken is known. */
function inHttp(world: World): World {
  const { identity } = world.plans.find(({ target }) => target === PORT)?.speech ?? { identity: '' }
  world.tell({ kind: 'protocol', identity, protocol: 'http', why: 'it answered in HTTP' })
  return world
}

const asked = (forward: Symptom, proxy: Symptom) => ({ [FORWARD]: forward, [PROXY]: proxy })

describe('who asks the pods through the API server', () => {
  test('asks none while all is well, both ways while the port is dark, and none after it', () => {
    const world = inHttp(answered(asking('a')))
    expect(world.assignment('api')).toBeUndefined()
    see(world, DROPPED)
    expect(world.assignment('api')?.plans.map(({ id, pod: of }) => [id, of])).toEqual([
      [FORWARD, { namespace: 'default', name: 'web-1' }],
      [PROXY, { namespace: 'default', name: 'web-1' }],
    ])
    see(world, ALL_OK)
    see(world, ALL_OK)
    see(world, ALL_OK)
    expect(world.assignment('api')?.plans).toEqual([])
  })

  test('asks by HTTP only what is known to speak it', () => {
    const world = asking('a')
    world.set(service({ annotations: { 'portolan.dev/probe': 'mysql' } }))
    see(world, DROPPED)
    expect(world.assignment('api')?.plans.map(({ id }) => id)).toEqual([FORWARD])
  })

  test('asks nothing unless that is wanted', () => {
    const world = scene({ on: 'a' })
    see(world, DROPPED)
    expect(world.assignment('api')).toBeUndefined()
  })

  test('asks for so many ports at most', () => {
    const ports = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [30100 + n, 30100 + n]))
    const pods = Object.keys(ports).map((port) =>
      pod(`p-${port}`, 'a', { placement: placement(), readySince: START - 600_000 }),
    )
    const objects = Object.keys(ports).flatMap((port, n) => [
      pods[n] as PodSnapshot,
      service({ name: `s-${port}`, ports: [{ ...service().ports[0], nodePort: Number(port) } as never] }),
      slice([pods[n] as PodSnapshot], { name: `s-${port}-1`, service: `s-${port}` }),
    ])
    const world = createKnownWorld(objects, ports)
    world.state.settings.asksPods = true
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      for (const port of Object.keys(ports)) world.probe(`host:${port}`, DROPPED)
    }
    const targets = new Set(world.assignment('api')?.plans.map(({ target }) => target))
    expect(targets.size).toBe(16)
  })

  test('leaves a way that the API server refuses, and the verdict says so', () => {
    const world = inHttp(asking('a'))
    see(world, HANGS)
    world.tell({ kind: 'witness', way: 'port-forward', refused: 'pods/portforward is forbidden' })
    expect(world.assignment('api')?.plans.map(({ id }) => id)).toEqual([PROXY])
    see(world, HANGS, { inside: { [PROXY]: 'connect_timeout' } })
    world.pass(40_000)
    see(world, HANGS, { inside: { [PROXY]: 'connect_timeout' } })
    expect(openIncidents(world.state)[0]?.evidence.map(({ text }) => text)).toContain(
      'pods were not asked through the API server: pods/portforward is forbidden',
    )
  })
})

test.each<[string, World, Cause, string, Cause[]]>([
  [
    'the pod is on the mapped node and well, and the packets of the host to that node are swallowed as nothing moved',
    see(answered(inHttp(asking('a'))), DROPPED, { inside: asked('ok', 'ok') }),
    'host_side',
    'likely',
    [],
  ],
  [
    'it answers from inside of its pod, and refuses whoever comes from elsewhere: it listens on its loopback',
    see(inHttp(asking('a')), REJECTED, { inside: asked('ok', 'refused') }),
    'app_loopback',
    'proven',
    [],
  ],
  [
    'it refuses from inside as well: nobody listens on that port',
    see(inHttp(asking('a')), REJECTED, { inside: asked('refused', 'refused') }),
    'target_port_wrong',
    'proven',
    [],
  ],
  [
    'it takes connections from inside and says nothing: it hangs',
    see(answered(inHttp(asking('a'))), HANGS, { inside: asked('silent', 'connect_timeout') }),
    'app_slow',
    'proven',
    [],
  ],
  [
    'it hangs on another node, of which nothing else is seen',
    see(
      see(inHttp(asking('b')), { loopback4: 'ok' }),
      { loopback4: 'silent' },
      { inside: asked('silent', 'connect_timeout') },
    ),
    'app_slow',
    'proven',
    [],
  ],
])('%s', (_, world, cause, confidence, candidates) => {
  expect(verdictOf(world)).toEqual({ cause, confidence, candidates })
})

test('the pod answers the API server, and kube-proxy of the mapped node says nothing since the pod moved', () => {
  const world = answered(inHttp(asking('b')))
  world.probe('kube-proxy:a', { 'node-address': 'ok' })
  const moved = pod('web-2', 'c', { readySince: START - 600_000, placement: placement() })
  world.set(moved, slice([moved]))
  world.remove(pod('web-1', 'b'))
  for (let n = 0; n < 4; n++)
    see(world, DROPPED, { inside: { [HEALTH]: 'silent' }, witnesses: { 'node:c:30080': 'ok' } })
  expect(verdictOf(world)).toEqual({ cause: 'kube_proxy_stale', confidence: 'likely', candidates: [] })
})

test('what comes from the LAN address of the host is answered, and straight at the node nothing is: by source', () => {
  const world = answered(scene({ on: 'a' }))
  for (let n = 0; n < 3; n++) see(world, { loopback4: 'silent', lan: 'ok', 'node-address': 'connect_timeout' })
  expect(verdictOf(world)).toMatchObject({ cause: 'host_side', confidence: 'likely' })
  expect(openIncidents(world.state)[0]?.summary).toContain("if a connection comes from the host's LAN address")
})

test('kube-proxy went from all nodes, then the pod moved: it answers, and no node leads to it', () => {
  const world = answered(inHttp(asking('b')))
  world.probe('kube-proxy:a', { 'node-address': 'ok' })
  const moved = pod('web-2', 'c', { readySince: START - 600_000, placement: placement() })
  world.set(moved, slice([moved]))
  world.remove(pod('web-1', 'b'))
  const inside = {
    'pod:default/web-2:8080@api/port-forward': 'ok',
    'pod:default/web-2:8080@api/pod-proxy': 'ok',
    [HEALTH]: 'refused',
  } as const
  for (let n = 0; n < 4; n++) see(world, DROPPED, { inside, witnesses: { 'node:c:30080': 'connect_timeout' } })
  expect(verdictOf(world)).toEqual({ cause: 'rules_not_programmed', confidence: 'likely', candidates: [] })
})

test('where the pods answer from inside, no cause of the application is among the candidates', () => {
  const world = inHttp(asking('a'))
  see(world, HANGS, { inside: asked('ok', 'ok') })
  const [incident] = openIncidents(world.state)
  expect(incident?.cause).not.toBe('host_side') // it was never answered
  for (const cause of ['app_slow', 'target_port_wrong', 'protocol_mismatch', 'app_loopback'] as const) {
    expect([incident?.cause, ...(incident?.candidates ?? [])]).not.toContain(cause)
  }
  expect(explainTarget(world.state, PORT, world.now)?.hops.find(({ name }) => name === 'application')).toMatchObject({
    state: 'green',
    text: 'answered from inside its pod (port-forward)',
  })
})

test('a port that redirects elsewhere answers, and it is said where a client goes that follows it', () => {
  const world = answered(scene({ on: 'a' }))
  world.pass(1000)
  world.probe(PORT, ALL_OK, { status: 302, detail: 'redirects to https://shop.test' })
  const application = explainTarget(world.state, PORT, world.now)?.hops.find(({ name }) => name === 'application')
  expect(application).toMatchObject({ state: 'green' })
  expect(application?.text).toMatch(
    /^answered .* in \d+ ms; it redirects to https:\/\/shop\.test, away from this port$/,
  )
})
