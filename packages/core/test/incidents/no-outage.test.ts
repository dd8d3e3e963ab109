import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../../src/index.ts'
import { container, deployment, mapped, node, pod, replicaSet, service, slice } from '../builders.ts'
import { answering, movePod, PORT, story } from '../story.ts'
import { ALL_OK, createKnownWorld, createWorld, DOCKER, DROPPED, REJECTED, STOPPED } from '../world.ts'

describe('what is no outage', () => {
  test('a service that waits in silence for its client is unknown, with the annotation to set', () => {
    const only = pod('web-1', 'a')
    const ports = service().ports.map((port) => ({ ...port, name: '' }))
    const nameless = slice([only], { ports: [{ name: '', port: 8080, protocol: 'TCP' }] })
    const world = createKnownWorld([deployment(), service({ ports }), only, nameless])
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' }, { protocol: 'auto' })
      world.pass(1000)
    }
    expect(world.changes('incident.opened')).toEqual([])
    const [view] = readTargets(world.state)
    expect(view).toMatchObject({ state: 'unknown' })
    expect(view?.note).toContain('portolan.dev/probe')
  })

  describe('a cluster that is being created', () => {
    const fresh = (ageMs: number) => {
      const world = createWorld()
      world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
      world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
      const startedAt = world.now - ageMs
      world.containers(container('cp', { startedAt }), mapped('a', { 30080: 30080 }, { startedAt }))
      world.tell({ kind: 'watch', resource: 'pods', status: 'lost', reason: 'there is no context kind-kind' })
      return world
    }
    const probeFor = (world: ReturnType<typeof fresh>, seconds: number) => {
      for (let n = 0; n < seconds; n++) {
        world.probe(PORT, REJECTED)
        world.pass(1000)
      }
    }

    test('is said as a note while its API server does not answer', () => {
      const world = fresh(5000)
      probeFor(world, 60)
      expect(world.changes('incident.opened')).toEqual([])
      expect(readTargets(world.state)[0]).toMatchObject({
        state: 'unknown',
        note: 'The cluster kind is being created: its API server does not answer yet',
      })
    })

    test('is none when one of its nodes is stopped', () => {
      const world = fresh(5000)
      const startedAt = world.now - 5000
      world.containers(container('cp', { startedAt }), mapped('a', { 30080: 30080 }, { startedAt, state: 'exited' }))
      for (let n = 0; n < 12; n++) {
        world.pass(1000)
        world.probe(PORT, STOPPED)
      }
      expect(world.changes('incident.opened').map(({ incident }) => incident.cause)).toEqual(['node_down'])
    })

    test('is none when its nodes have run for long', () => {
      const world = fresh(600_000)
      probeFor(world, 60)
      expect(world.changes('incident.opened')).toHaveLength(1)
    })

    test('is no excuse once its objects are known', () => {
      const world = fresh(5000)
      probeFor(world, 10)
      const only = pod('web-1', 'b')
      world.tell({ kind: 'watch', resource: 'pods', status: 'connected', reason: '' })
      world.list([node('cp'), node('a'), node('b'), deployment(), service(), only, slice([only])])
      for (let n = 0; n < 3; n++) {
        world.pass(1000)
        world.probe(PORT, DROPPED)
      }
      const [opened] = world.changes('incident.opened')
      expect(opened?.incident.cause).toBe('etp_local')
      // It never answered: nothing went dark.
      expect(opened?.incident.foundDarkAt).toBeDefined()
    })
  })

  test('a mapping that nothing uses yet, nor an application behind it that starts for the first time', () => {
    const world = createKnownWorld([])
    for (let n = 0; n < 20; n++) {
      world.probe(PORT, REJECTED)
      world.pass(1000)
    }
    expect(readTargets(world.state)[0]?.note).toMatch(/^Nothing uses port 30080 of a yet/)
    const only = pod('web-1', 'a')
    world.set(deployment(), replicaSet(), service(), only, slice([only]))
    world.pass(300)
    world.probe(PORT, REJECTED)
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', note: null })
  })

  test('an application that was dark from its start counts as dark from there', () => {
    const world = createKnownWorld([])
    world.probe(PORT, REJECTED)
    world.pass(20_000)
    world.probe(PORT, REJECTED)
    const only = pod('web-1', 'b')
    world.pass(1000)
    const since = world.now
    world.set(deployment(), replicaSet(), service(), only, slice([only]))
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, DROPPED)
    }
    const [opened] = world.changes('incident.opened')
    expect(opened?.incident.cause).toBe('etp_local')
    expect(opened?.incident.darkSince).toBeGreaterThanOrEqual(since - 1000)
    expect(opened?.incident).not.toHaveProperty('foundDarkAt')
    expect(opened?.incident.trigger?.text).toBe('Service default/web took port 30080')
  })

  describe('a cluster that is being deleted', () => {
    const killed = (state: 'exited' | 'removing') =>
      (['cp', 'a', 'b', 'c'] as const).map((name) =>
        name === 'a' ? mapped('a', { 30080: 30080 }, { state }) : container(name, { state }),
      )

    test('opens no incident between the end of its nodes and their removal', () => {
      const world = answering()
      world.containers(...killed('exited'))
      world.pass(500)
      world.probe(PORT, STOPPED)
      world.containers(...killed('removing'))
      for (let n = 0; n < 6; n++) {
        world.pass(1000)
        world.probe(PORT, STOPPED)
      }
      world.containers()
      expect(world.changes('incident.opened')).toEqual([])
    })

    test('is stopped after all where its nodes stay', () => {
      const world = answering()
      world.containers(...killed('exited'))
      for (let n = 0; n < 6; n++) {
        world.pass(1000)
        world.probe(PORT, STOPPED)
      }
      expect(world.changes('incident.opened').map(({ incident }) => incident.cause)).toEqual(['node_down'])
    })
  })

  test('one slow answer in a burst, with nothing that predicts it', () => {
    const world = answering()
    world.pass(10_000)
    world.probe(PORT, { 'node-address': 'silent' }, { burst: true, timeoutMs: 200 })
    world.probe(PORT, { 'node-address': 'silent' }, { burst: true, timeoutMs: 200, startedAt: world.now + 50 })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('what this machine could not probe: unknown, prober_offline, no incident', () => {
    const world = answering()
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'local_error', lan: 'local_error', 'node-address': 'local_error' })
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'unknown', cause: 'prober_offline' })
  })

  test('failures of a stretch in which the prober slept', () => {
    const world = answering()
    const from = world.now
    world.pass(60_000)
    world.tell({ kind: 'gap', scope: 'prober', from, to: world.now, reason: 'this machine slept' })
    world.probe(PORT, DROPPED, { startedAt: from + 10 })
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.changes('gap')).toHaveLength(1)
  })

  test('::1 while the port listens on IPv4 alone: a note', () => {
    const only = pod('web-1', 'a')
    const world = createKnownWorld([deployment(), service(), only, slice([only])])
    world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: true })
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { ...ALL_OK, loopback6: 'refused' })
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]?.state).toBe('up')
  })

  test('node addresses that never answered do not decide', () => {
    const world = story('a')
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'ok', lan: 'ok', 'node-address': 'connect_timeout' })
    }
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('a failure that started before the move says nothing about it', () => {
    const world = answering()
    const before = world.now
    world.pass(500)
    movePod(world, 'a', 'a')
    world.probe(PORT, DROPPED, { startedAt: before })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('no outcome at all makes the port unknown, never up', () => {
    const world = answering()
    world.pass(20_000)
    expect(readTargets(world.state)[0]?.state).toBe('unknown')
  })
})
