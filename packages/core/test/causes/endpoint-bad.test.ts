import { describe, expect, test } from '@jest/globals'
import { explainTarget, openIncidents, readTargets, type Symptom } from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, service, slice, START } from '../builders.ts'
import { NODES, PORT, verdictOf } from '../diagnosis/scene.ts'
import { ALL_OK, createKnownWorld, REJECTED, type World } from '../world.ts'

/** Two pods behind the port, on `b` and `c`, that have been ready for long. */
function twoPods(more: { agents?: boolean; other?: boolean } = {}): World {
  const old = { readySince: START - 600_000 }
  const template = placement({ labels: { app: 'web', part: 'jobs' } })
  const jobs = { uid: 'deployment-jobs', name: 'jobs', template }
  const pods = [
    pod('web-1', 'b', old),
    more.other === true
      ? pod('jobs-1', 'c', { ...old, placement: template, owner: { kind: 'Deployment', name: 'jobs', uid: jobs.uid } })
      : pod('web-2', 'c', old),
  ]
  const world = createKnownWorld([
    deployment({ replicas: 2 }),
    ...(more.other === true ? [deployment(jobs)] : []),
    replicaSet('1', { replicas: 2 }),
    service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7' }),
    ...pods,
    slice(pods),
  ])
  if (more.agents === true) {
    world.agents(...NODES)
    world.pass(1100)
  }
  return world
}

/** Connections are answered and fail in turns, and then two fail one after the other. */
function inTurns(world: World, inside: Record<string, Symptom> = {}): World {
  for (const answers of [true, false, true, false, true, false, true, false, false]) {
    world.pass(1000)
    if (Object.keys(inside).some((plan) => plan.includes('@node/'))) world.agents(...NODES)
    world.inside(inside)
    world.probe(PORT, answers ? ALL_OK : REJECTED)
  }
  return world
}

const podSeen = (name: string, symptom: Symptom) =>
  Object.fromEntries(NODES.map((node) => [`pod:default/${name}:8080@node/${node}`, symptom]))

describe('one of two endpoints does not answer', () => {
  test('agents see which one refuses: endpoint_bad, proven, with its pod, since when and how many connections fail', () => {
    const world = inTurns(twoPods({ agents: true }), { ...podSeen('web-1', 'ok'), ...podSeen('web-2', 'refused') })
    expect(verdictOf(world)).toEqual({ cause: 'endpoint_bad', confidence: 'proven', candidates: [] })
    const [incident] = openIncidents(world.state)
    expect(incident?.summary).toMatch(
      /^1 of 2 endpoints refuses: pod web-2 on c, since \d\d:\d\d:\d\d UTC; half of the connections fail\.$/,
    )
    expect(incident?.remedies[0]?.command).toContain('logs pod/web-2')
  })

  test.each<[string, Parameters<World['probe']>[1]]>([
    [
      'is not why the node refuses, where an agent on another node cannot reach one of the endpoints',
      { loopback4: 'closed', lan: 'refused', 'node-address': 'refused' },
    ],
    [
      'is not why loopback refuses, where the endpoint hangs: no connection comes as far',
      { loopback4: 'refused', lan: 'refused', 'node-address': 'connect_timeout' },
    ],
  ])('%s', (_, seen) => {
    const world = twoPods({ agents: true })
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    for (let n = 0; n < 4; n++) {
      world.pass(1000)
      world.agents(...NODES)
      world.inside({ ...podSeen('web-1', 'ok'), ...podSeen('web-2', 'connect_timeout') })
      world.probe(PORT, seen)
    }
    expect(verdictOf(world)?.cause).not.toBe('endpoint_bad')
  })

  test('the API server shows it from inside of the pods, without any agent', () => {
    const world = twoPods()
    world.state.settings.asksPods = true
    const asked = (name: string, symptom: Symptom) => ({ [`pod:default/${name}:8080@api/port-forward`]: symptom })
    inTurns(world, { ...asked('web-1', 'ok'), ...asked('web-2', 'refused') })
    expect(verdictOf(world)).toEqual({ cause: 'endpoint_bad', confidence: 'proven', candidates: [] })
    expect(openIncidents(world.state)[0]?.summary).toMatch(
      /^1 of 2 endpoints refuses: pod web-2 on c, since .* half of/,
    )
  })

  test('a second endpoint that comes, as by another selector, takes none away: what fails is no rollout', () => {
    const old = { readySince: START - 600_000 }
    const [first, second] = [pod('web-1', 'b', old), pod('web-2', 'c', { ...old, addresses: ['10.244.2.7'] })]
    const world = createKnownWorld([
      deployment(),
      replicaSet('1'),
      service({ externalTrafficPolicy: 'Cluster' }),
      first,
      slice([first]),
    ])
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    world.set(service({ externalTrafficPolicy: 'Cluster', selector: { tier: 'front' } }))
    world.set(second, slice([first, second]))
    for (let n = 0; n < 3; n++) {
      world.pass(300)
      world.probe(PORT, REJECTED)
    }
    expect(verdictOf(world)?.cause).not.toBe('rollout_gap')
  })

  test('from the host alone it is likely at most, and names no pod', () => {
    const world = inTurns(twoPods())
    expect(verdictOf(world)).toEqual({ cause: 'endpoint_bad', confidence: 'likely', candidates: [] })
    expect(openIncidents(world.state)[0]?.summary).toContain('one of the 2 endpoints of Service default/web')
  })

  test('endpoints of two workloads are named: the selector takes in both', () => {
    const world = inTurns(twoPods({ other: true }))
    expect(openIncidents(world.state)[0]?.summary).toContain(
      'Its selector matches the pods of Deployment default/jobs and Deployment default/web.',
    )
  })
})

test('while connections happen to be answered, the port is degraded by it', () => {
  const world = twoPods({ agents: true })
  for (let n = 0; n < 3; n++) {
    world.pass(1000)
    world.agents(...NODES)
    world.inside({ ...podSeen('web-1', 'ok'), ...podSeen('web-2', 'refused') })
    world.probe(PORT, ALL_OK)
  }
  expect(readTargets(world.state)[0]?.degraded).toMatch(
    /^1 of 2 endpoints refuses: pod web-2 on c, .* \(endpoint_bad\)$/,
  )
})

describe('is not said', () => {
  test('where all endpoints fail', () => {
    const inside = { ...podSeen('web-1', 'refused'), ...podSeen('web-2', 'refused') }
    const world = twoPods({ agents: true })
    for (let n = 0; n < 4; n++) {
      world.pass(1000)
      world.agents(...NODES)
      world.inside(inside)
      world.probe(PORT, REJECTED)
    }
    expect(verdictOf(world)?.cause).toBe('app_loopback')
    expect(explainTarget(world.state, PORT, world.now)?.ruledOut).toContainEqual({
      cause: 'endpoint_bad',
      because: 'no endpoint is known to fail while another answers',
    })
  })

  test('of one endpoint, however often the port fails and answers', () => {
    const only = pod('web-1', 'b', { readySince: START - 600_000 })
    const web = service({ externalTrafficPolicy: 'Cluster' })
    const world = inTurns(createKnownWorld([deployment(), replicaSet(), web, only, slice([only])]))
    expect(verdictOf(world)?.cause).not.toBe('endpoint_bad')
  })
})
