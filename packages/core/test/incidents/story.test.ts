import { describe, expect, test } from '@jest/globals'
import { explainTarget, fateOf, readTargets, type PodSnapshot } from '../../src/index.ts'
import { pod, service, slice } from '../builders.ts'
import { answering, causes, movePod, PORT, story } from '../story.ts'
import { ALL_OK, DROPPED, REJECTED, type World } from '../world.ts'

describe('the story: a pod moves to a node that is not mapped', () => {
  test('one burst probe after the move opens a proven etp_local that names both nodes', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, { 'node-address': 'connect_timeout' }, { burst: true, timeoutMs: 200 })
    const incident = world.incident()
    expect(incident).toMatchObject({ cause: 'etp_local', confidence: 'proven', node: 'a', closedAt: null })
    expect(incident?.summary).toMatch(/only pod is on b\b.*mapped to a\b/)
    expect(incident?.changedAt).toBe(world.now - 100)
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'down', cause: 'etp_local', expectedUp: false })
  })

  test('the remedies are commands that can be pasted, with context and namespace, and state their cost', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    const [cluster, pin] = world.incident()?.remedies ?? []
    expect(cluster?.command).toBe(
      `kubectl --context=kind-kind --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
    )
    expect(cluster?.cost).toMatch(/address of the client/)
    expect(pin?.command).toMatch(/patch deployment\/web --patch='.*"kubernetes.io\/hostname":"a"/)
  })

  test('between the pods it is a rollout_gap, refined when the new pod is ready elsewhere', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const coming = pod('web-2', 'b', { ready: false, createdAt: world.now, phase: 'Pending' })
    world.set(leaving, coming, slice([]))
    world.remove(leaving)
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'rollout_gap' })
    const ready = pod('web-2', 'b')
    world.pass(10)
    world.set(ready)
    world.probe(PORT, REJECTED)
    world.pass(10)
    world.set(slice([ready]))
    world.pass(200)
    world.probe(PORT, DROPPED)
    expect(causes(world)).toEqual(['rollout_gap', 'etp_local'])
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('while kube-proxy has not caught up, a refusal is accepted for etp_local, as likely', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(50)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'likely' })
    world.pass(300)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('it closes when the port answers twice, and the dark time ends with the first answer', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    const wentDark = world.now
    world.probe(PORT, DROPPED)
    world.pass(3000)
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    world.pass(400)
    world.probe(PORT, ALL_OK)
    const back = world.now
    world.pass(50)
    world.probe(PORT, ALL_OK)
    const [closed] = world.changes('incident.closed')
    expect(closed?.incident).toMatchObject({ cause: 'etp_local', darkSince: wentDark, darkUntil: back })
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', cause: null })
  })

  test('an outage that ends by the pod coming back is remembered by the cause that stood longest', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    world.pass(30_000)
    const leaving = pod('web-2', 'b', { deletedAt: world.now })
    world.set(leaving, pod('web-3', 'a', { ready: false, createdAt: world.now }), slice([]))
    world.pass(300)
    world.probe(PORT, REJECTED)
    expect(world.incident()?.cause).toBe('rollout_gap')
    world.remove(leaving)
    world.set(pod('web-3', 'a'), slice([pod('web-3', 'a')]))
    world.pass(500)
    world.probe(PORT, ALL_OK)
    world.pass(50)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.closed')).toMatchObject([{ incident: { cause: 'etp_local', confidence: 'proven' } }])
  })

  test('a pod found on the wrong node at the start is proven by the witness that answers at its own node', () => {
    const world = story('b')
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    world.pass(500)
    world.probe(PORT, DROPPED)
    expect(causes(world)).not.toContain('unproven')
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven', changedAt: null })
  })

  test('one odd symptom does not overthrow what is proven', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    world.pass(20_000)
    world.probe(PORT, { loopback4: 'closed' })
    world.pass(1000)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven', closedAt: null })
  })

  test('policy Cluster has no incident when the pod is elsewhere and answers', () => {
    const world = answering('a', 'Cluster')
    movePod(world, 'a', 'b')
    world.pass(300)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', expectedUp: true })
  })

  test('a pod that ends before its endpoint says so is between pods as well', () => {
    const world = answering()
    world.pass(10_000)
    world.set(pod('web-1', 'a', { deletedAt: world.now }))
    for (let n = 0; n < 3; n++) {
      world.pass(200)
      world.probe(PORT, REJECTED)
    }
    expect(new Set(causes(world))).toEqual(new Set(['rollout_gap']))
  })

  test('a terminating pod on the mapped node that listens no more, the new one elsewhere: still between pods', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const ready = pod('web-2', 'b')
    world.set(leaving, ready, slice([leaving, ready]))
    for (let n = 0; n < 8; n++) {
      world.pass(1000)
      world.probe('node:b:30080', { 'node-address': 'ok' })
      world.probe(PORT, REJECTED)
    }
    expect(new Set(causes(world))).toEqual(new Set(['rollout_gap']))
    expect(world.incident()?.summary).toMatch(/the last one for a, web-1, is leaving and does not answer any more/)
    world.remove(leaving)
    world.set(slice([ready]))
    world.pass(100)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('a terminating pod that still serves on the mapped node keeps the port up', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const ready = pod('web-2', 'b')
    world.set(leaving, ready, slice([leaving, ready]))
    world.pass(100)
    world.probe(PORT, ALL_OK)
    expect(readTargets(world.state)[0]).toMatchObject({ expectedUp: true, state: 'up' })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test.each<[string, PodSnapshot[], Parameters<World['probe']>[1]]>([
    ['refuses while it leaves', [], REJECTED],
    ['answers while its successor is elsewhere', [pod('web-2', 'b')], ALL_OK],
  ])('what a pod that %s shows is of no placement', (_, others, seen) => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    world.set(leaving, ...others, slice([leaving, ...others]))
    for (let n = 0; n < 8; n++) {
      world.pass(1000)
      world.probe(PORT, seen)
    }
    const { epochs = [] } = explainTarget(world.state, PORT, world.now) ?? {}
    expect(epochs.map(({ podNodes, leaving: left }) => [podNodes, left ?? false])).toEqual([
      [['a'], false],
      [[others.length > 0 ? 'b' : 'a'], true],
    ])
    expect(epochs.map(fateOf)).toEqual(['reachable', null])
  })
})
