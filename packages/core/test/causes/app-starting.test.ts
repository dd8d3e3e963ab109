import { expect, test } from '@jest/globals'
import { openIncidents, type PodSnapshot, type ServicePort } from '../../src/index.ts'
import { placement, pod, service, slice, START, withHostPort } from '../builders.ts'
import { answered, NODES, PORT, scene, see, verdictOf } from '../diagnosis/scene.ts'
import { ALL_OK, REJECTED, type World } from '../world.ts'

const REFUSES = { inside: { 'pod:default/web-2:8080@api/port-forward': 'refused' } } as const

/** A pod whose container runs since now. */
function started({ now }: World, more: Partial<PodSnapshot> = {}): PodSnapshot {
  const containers = pod('any', 'b').containers.map((one) => ({ ...one, since: now }))
  return pod('web-2', 'b', { readySince: now, createdAt: now, placement: placement(), containers, ...more })
}

/** The pod was just replaced by one that counts as ready at once. */
function replaced(world: World, more: Partial<PodSnapshot> = {}): World {
  world.state.settings.asksPods = true
  const fresh = started(world, more)
  world.set(fresh, slice([fresh]))
  world.remove(pod('web-1', 'b'))
  return world
}

test('a new pod that counts as ready and refuses, where those of before answered: it starts', () => {
  const world = replaced(answered(scene({ on: 'b' })))
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toEqual({ cause: 'app_starting', confidence: 'likely', candidates: [] })
  expect(openIncidents(world.state)[0]?.evidence[0]?.text).toMatch(
    /^Pod default\/web-2: counts as ready since \d[\d.]* s$/,
  )
})

test('an answer of the pods of before that comes in after the change is none of the new ones', () => {
  const world = answered(scene({ on: 'b' }))
  const before = world.now
  world.pass(500)
  world.state.settings.asksPods = true
  const fresh = { ...started(world), owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' } }
  world.set(fresh, slice([fresh]))
  world.remove(pod('web-1', 'b'))
  world.probe(PORT, ALL_OK, { startedAt: before + 400 })
  for (let n = 0; n < 2; n++) see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toEqual({
    cause: 'app_starting',
    confidence: 'ambiguous',
    candidates: ['target_port_wrong'],
  })
})

test('of a pod that had to listen there to be ready it is not said that it starts, or listens elsewhere', () => {
  const world = replaced(answered(scene({ on: 'b' })), { probedPorts: [8080] })
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toMatchObject({ cause: 'unproven' })
  const named = ['app_starting', 'target_port_wrong', 'app_loopback']
  expect(verdictOf(world)?.candidates.filter((cause) => named.includes(cause))).toEqual([])
})

test('one that is asked at another port may well be starting', () => {
  const world = replaced(answered(scene({ on: 'b' })), { probedPorts: [9090] })
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toMatchObject({ cause: 'app_starting' })
})

test('a host port that was answered since the pod came is not starting when it goes dark within seconds', () => {
  const world = scene({ on: 'b' })
  world.remove(service())
  world.state.settings.asksPods = true
  const fresh = started(world, { node: 'a', placement: withHostPort(30080) })
  world.set(fresh)
  world.remove(pod('web-1', 'b'))
  answered(world)
  for (let n = 0; n < 2; n++) see(world, REJECTED, REFUSES)
  expect(verdictOf(world)?.cause).not.toBe('app_starting')
})

test('where the port never answered it may as well be another port', () => {
  const world = replaced(scene({ on: 'b' }))
  see(world, REJECTED, REFUSES)
  see(world, REJECTED, REFUSES)
  expect(verdictOf(world)).toEqual({
    cause: 'app_starting',
    confidence: 'ambiguous',
    candidates: ['target_port_wrong'],
  })
})

test('a pod that was answered until its Service led to another port is not starting', () => {
  const world = scene({ on: 'b' })
  world.state.settings.asksPods = true
  const young = started(world)
  world.set(young, slice([young]))
  world.remove(pod('web-1', 'b'))
  world.pass(10_000)
  answered(world)
  const [port] = service().ports
  world.set(service({ externalTrafficPolicy: 'Cluster', ports: [{ ...(port as ServicePort), targetPort: '9999' }] }))
  world.set(slice([young], { ports: [{ name: 'http', port: 9999, protocol: 'TCP' }] }))
  const refuses = { inside: { 'pod:default/web-2:9999@api/port-forward': 'refused' } } as const
  for (let n = 0; n < 4; n++) see(world, REJECTED, refuses)
  expect(verdictOf(world)).toEqual({ cause: 'target_port_wrong', confidence: 'proven', candidates: [] })
})

test('without anybody who asks inside, the Service that led to another port is blamed alone', () => {
  const world = answered(scene({ on: 'b', agents: true }))
  world.pass(10_000)
  const old = pod('web-1', 'b', { readySince: START - 600_000, placement: placement() })
  const [port] = service().ports
  world.set(service({ externalTrafficPolicy: 'Cluster', ports: [{ ...(port as ServicePort), targetPort: '9999' }] }))
  world.set(slice([old], { ports: [{ name: 'http', port: 9999, protocol: 'TCP' }] }))
  const inside = Object.fromEntries(NODES.map((node) => [`pod:default/web-1:9999@node/${node}`, 'refused' as const]))
  for (let n = 0; n < 5; n++) see(world, REJECTED, { inside })
  expect(verdictOf(world)).toEqual({ cause: 'target_port_wrong', confidence: 'proven', candidates: [] })
})

test('after a minute it is not starting any more', () => {
  const world = replaced(answered(scene({ on: 'b' })))
  for (let n = 0; n < 18; n++) see(world, REJECTED, REFUSES)
  expect(verdictOf(world)?.cause).not.toBe('app_starting')
})
