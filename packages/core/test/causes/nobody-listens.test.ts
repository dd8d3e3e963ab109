import { describe, expect, test } from '@jest/globals'
import { type ContainerPort, openIncidents, type Symptom } from '../../src/index.ts'
import { deployment, mapped, node, placement, pod, replicaSet, service, slice, START } from '../builders.ts'
import { NODES, POD, podSeen, see, verdictOf } from '../diagnosis/scene.ts'
import { createKnownWorld, fourNodes, REJECTED, type World } from '../world.ts'

const declared = (name: string, containerPort: number): ContainerPort => ({
  name,
  containerPort,
  hostPort: 0,
  hostIP: '',
  protocol: 'TCP',
})

/** One pod on the mapped node, which refuses the port whoever asks. */
function refusing(
  options: { labels?: Record<string, string>; ports?: ContainerPort[]; addresses?: string[] } = {},
): World {
  const { labels = {}, ports = [], addresses = ['10.244.1.7'] } = options
  const template = placement({ labels: { app: 'web', ...labels }, ports })
  const only = pod('web-1', 'a', { readySince: START - 600_000, placement: template, addresses })
  const addressType = addresses[0]?.includes(':') ? ('IPv6' as const) : ('IPv4' as const)
  const world = createKnownWorld([
    node('cp', { labels: { 'node-role.kubernetes.io/control-plane': '' } }),
    deployment({ template }),
    replicaSet('1', { template }),
    only,
    service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7', families: [addressType] }),
    slice([only], { addressType }),
  ])
  world.state.settings.asksPods = true
  world.agents(...NODES)
  world.pass(1100)
  return world
}

const seen = (inside: Symptom) => ({ ...podSeen('refused'), [`${POD}@api/port-forward`]: inside })

describe('pods of an edge proxy that refuse', () => {
  test('may have no route to listen for: that is the first thing to look at, and no wrong port is proven', () => {
    const world = see(refusing({ labels: { istio: 'ingressgateway' } }), REJECTED, { inside: seen('refused') })
    expect(verdictOf(world)).toMatchObject({ cause: 'target_port_wrong', confidence: 'likely' })
    expect(openIncidents(world.state)[0]?.remedies[0]?.text).toContain(
      'once an Ingress, a Gateway or another route asks',
    )
  })

  test('are pods like others for all that: without such a label it is proven', () => {
    const world = see(refusing(), REJECTED, { inside: seen('refused') })
    expect(verdictOf(world)).toMatchObject({ cause: 'target_port_wrong', confidence: 'proven' })
    expect(JSON.stringify(openIncidents(world.state)[0]?.remedies)).not.toContain('edge proxy')
  })
})

describe('a pod that is led to by its IPv6 address, answers from within and refuses there', () => {
  const V6 = ['172.18.0.2', 'fc00:f853:ccd:e793::2']
  function overV6(): World {
    const world = refusing({ ports: [declared('http', 8080)], addresses: ['fd00:10:244:1::7'] })
    const [cp, , b, c] = fourNodes({})
    const binding = { listenAddress: '::', hostPort: 30080, containerPort: 30080, protocol: 'tcp' as const }
    world.tell({ kind: 'vantages', lan: null, loopback6: true })
    world.containers(cp, { ...mapped('a', {}), addresses: V6, bindings: [binding], wished: [binding] }, b, c)
    world.pass(10_000)
    world.agents(...NODES)
    world.pass(1100)
    return world
  }

  test('may listen on IPv4 alone: its loopback is not blamed by itself, and the fix is to listen on both', () => {
    const world = see(overV6(), { loopback6: 'closed', 'node-address': 'refused' }, { inside: seen('ok') })
    const [incident] = openIncidents(world.state)
    expect(incident).toMatchObject({ cause: 'app_loopback', confidence: 'ambiguous' })
    expect(incident?.candidates).toContain('listen_family')
    expect(incident?.summary).toContain('or only on IPv4')
    expect(incident?.remedies[0]?.text).toContain('listen on [::]')
  })

  test('of an IPv4 address it is the loopback', () => {
    const world = see(refusing({ ports: [declared('http', 8080)] }), REJECTED, { inside: seen('ok') })
    expect(verdictOf(world)).toEqual({ cause: 'app_loopback', confidence: 'proven', candidates: [] })
    expect(openIncidents(world.state)[0]?.remedies[0]?.text).toContain('listen on 0.0.0.0')
  })
})

test.each<[string, ContainerPort[], string]>([
  ['a port for clients and not this one', [declared('http', 9090)], 'target_port_wrong'],
  [
    'ports for those who watch it alone',
    [declared('http-envoy-prom', 15090), declared('health', 8081)],
    'app_loopback',
  ],
])('a pod that declares %s', (_, ports, cause) => {
  const world = see(refusing({ ports }), REJECTED, { inside: podSeen('refused') })
  expect(verdictOf(world)).toMatchObject({ cause, confidence: 'ambiguous' })
})
