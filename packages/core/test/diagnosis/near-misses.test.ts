import { describe, expect, test } from '@jest/globals'
import { type Cause, type ObjectSnapshot, type PodPlacement, readTargets, type Symptom } from '../../src/index.ts'
import {
  container,
  deployment,
  mapped,
  placement,
  pod,
  replicaSet,
  service,
  slice,
  START,
  withHostPort,
} from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, REJECTED, type World } from '../world.ts'
import { answered, NODES, PORT, podSeen, scene, see, verdictOf } from './scene.ts'

const WARM = { readySince: START - 600_000 }
const onNodeNetwork = placement({
  hostNetwork: true,
  ports: [{ name: 'http', containerPort: 30080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
})

/** Pods that take host port 30080 of these nodes. */
function byHostPort(template: PodPlacement, ...nodes: string[]): World {
  const pods = nodes.map((on, n) => pod(`web-${n + 1}`, on, { placement: template, ...WARM }))
  return createKnownWorld([deployment({ template }), replicaSet('1', { template }), ...pods])
}

/** Pods on `b` and on another node; `b` is stopped. */
function halfStopped(other: string): World {
  const pods = [pod('web-1', 'b', WARM), pod('web-2', other, WARM)]
  const objects: ObjectSnapshot[] = [deployment({ replicas: 2 }), replicaSet(), ...pods, slice(pods)]
  const world = createKnownWorld([...objects, service({ externalTrafficPolicy: 'Cluster' })])
  world.probe(PORT, ALL_OK)
  world.pass(1000)
  world.containers(
    container('cp'),
    mapped('a', { 30080: 30080 }),
    container('b', { state: 'exited', addresses: [] }),
    container('c'),
  )
  world.pass(6000)
  return world
}

/** The pod with a host port is on the mapped node, agents everywhere see it like this. */
function agentsSee(symptom: Symptom): World {
  const world = byHostPort(withHostPort(30080), 'a')
  world.agents(...NODES)
  world.pass(1100)
  return see(world, REJECTED, { inside: podSeen(symptom) })
}

/** Only the mapped node meets the selector by now, and the pod is still where it was put before. */
function wantsMappedNode(): World {
  const template = placement({ nodeSelector: { 'kubernetes.io/hostname': 'a' } })
  const only = pod('web-1', 'b', { placement: template, ...WARM })
  return createKnownWorld([deployment({ template }), replicaSet('1', { template }), service(), only, slice([only])])
}

describe('what almost holds is not said, and another cause is', () => {
  test.each<[string, World, Cause]>([
    [
      'hostport_off: one pod is on another node, and one on the mapped node',
      see(byHostPort(withHostPort(30080), 'b', 'a'), REJECTED),
      'hostport_unsupported',
    ],
    [
      'hostnet_off: the same on the network of their nodes',
      see(byHostPort(onNodeNetwork, 'b', 'a'), REJECTED),
      'app_loopback',
    ],
    ['hostport_unsupported: the pod itself refuses its node, too', agentsSee('refused'), 'app_loopback'],
    ['node_down: the node of one pod is stopped, that of the other runs', see(halfStopped('c'), DROPPED), 'unproven'],
    [
      'node_down: the node of one pod is stopped, the other is on the mapped node',
      see(halfStopped('a'), DROPPED),
      'app_slow',
    ],
    [
      'mapped_node_excluded: the pod is elsewhere, and may come to the mapped node',
      see(wantsMappedNode(), DROPPED),
      'etp_local',
    ],
  ])('%s', (_, world, said) => {
    expect(verdictOf(world)?.cause).toBe(said)
  })

  test('one vantage that this machine cannot probe, while the others answer, is no trouble of the prober', () => {
    const world = answered(scene({ on: 'a' }))
    see(world, { ...ALL_OK, lan: 'local_error' })
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', cause: null })
  })
})
