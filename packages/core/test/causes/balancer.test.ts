import { expect, test, describe } from '@jest/globals'
import { explainTarget, foresee, type NodeContainer, openIncidents, readTarget, type Symptom } from '../../src/index.ts'
import { container, deployment, mapped, node, placement, pod, replicaSet, service, slice, START } from '../builders.ts'
import { createWorld, DOCKER, type World } from '../world.ts'

const PORT = 'host:8081'
const LB = 'k3d-dev-serverlb'

/** Port 8081 is published on k3d's balancer, which leads to `nodes`; the pod is on `on`. */
function behindBalancer(
  nodes: readonly string[] | null,
  { on = 'b', policy = 'Local' as 'Local' | 'Cluster', stopped = '' } = {},
): World {
  const world = createWorld()
  const only = pod('web-1', on, { readySince: START - 600_000, placement: placement() })
  world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
  world.tell({ kind: 'vantages', lan: null, loopback6: false })
  const nodeNamed = (name: string): NodeContainer =>
    name === stopped ? container(name, { state: 'exited', addresses: [] }) : container(name)
  world.containers(container('a'), container('b'), balancer())
  if (stopped !== '') world.containers(nodeNamed('a'), nodeNamed('b'), balancer())
  if (nodes !== null) lead(world, nodes)
  world.list([
    node('a'),
    node('b'),
    deployment(),
    replicaSet(),
    only,
    service({ externalTrafficPolicy: policy }),
    slice([only]),
  ])
  return world
}

function balancer(): NodeContainer {
  return mapped(LB, { 8081: 30080 }, { role: 'balancer', addresses: ['172.18.0.99'] })
}

function lead(world: World, nodes: readonly string[]): void {
  const backends = nodes.map((name) => ({ node: name }))
  world.tell({
    kind: 'balancer',
    name: LB,
    program: 'nginx',
    ports: [{ containerPort: 30080, protocol: 'tcp', backends }],
  })
}

/** Second by second: what each node shows at its own address, then what comes through the balancer. */
function see(world: World, nodes: Record<string, Symptom>, through: readonly Symptom[]): void {
  for (const symptom of through) {
    world.pass(1000)
    for (const [name, own] of Object.entries(nodes)) world.probe(`node:${name}:30080`, { 'node-address': own })
    world.probe(PORT, { loopback4: symptom, 'node-address': symptom })
  }
}

const verdict = (world: World) => openIncidents(world.state)[0]

test('each node that the balancer leads to is probed at its own address', () => {
  const world = behindBalancer(['a', 'b'])
  const probed = world.plans.map(({ target, address }) => `${target} ${address}`)
  expect(probed).toEqual(expect.arrayContaining(['node:a:30080 172.18.0.2', 'node:b:30080 172.18.0.3']))
})

describe('a share of the connections through a balancer', () => {
  test('is dark: the node is named, the share, why it leads nowhere, and that it is out for 10 s', () => {
    const world = behindBalancer(['a', 'b'])
    see(world, { a: 'connect_timeout', b: 'ok' }, ['ok', 'ok', 'silent', 'silent'])
    expect(verdict(world)).toMatchObject({ cause: 'balancer_backend', confidence: 'proven', candidates: [] })
    expect(verdict(world)?.summary).toBe(
      `1 of 2 nodes behind ${LB} does not answer: a (connect_timeout: it holds no pod, and Service default/web has externalTrafficPolicy Local). 2 of the last 4 connections through it failed. nginx skips a node for 10 s after each failed connection attempt.`,
    )
    expect(verdict(world)?.remedies[0]?.command).toContain('"externalTrafficPolicy":"Cluster"')
    expect(readTarget(world.state, PORT)?.state).toBe('flapping')
  })

  test('fails now and then, never twice in a row: the port is degraded, and the node is named', () => {
    const world = behindBalancer(['a', 'b'])
    see(world, { a: 'connect_timeout', b: 'ok' }, ['ok', 'silent', 'ok', 'ok', 'ok', 'ok'])
    expect(verdict(world)).toBeUndefined()
    expect(readTarget(world.state, PORT)).toMatchObject({
      state: 'up',
      degraded: expect.stringMatching(
        /^1 of 2 nodes behind k3d-dev-serverlb does not answer: a .*1 of the last 6 .*\(balancer_backend\)$/,
      ),
    })
  })

  test('that is seldom is counted from the beginning', () => {
    const world = behindBalancer(['a', 'b'])
    see(world, { a: 'connect_timeout', b: 'ok' }, ['ok', 'silent', ...Array<Symptom>(12).fill('ok')])
    expect(readTarget(world.state, PORT)?.degraded).toContain('2 of 28 connections through it failed so far.')
  })

  test('is dark since a node is stopped: it is to be started', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster', stopped: 'a' })
    see(world, { a: 'unreachable', b: 'ok' }, ['ok', 'silent', 'silent', 'silent'])
    expect(verdict(world)).toMatchObject({
      cause: 'balancer_backend',
      summary: expect.stringContaining('a (unreachable: its container is exited)'),
      remedies: expect.arrayContaining([{ text: 'Start a', command: 'docker start a' }]),
    })
  })
})

test('a balancer that maps to servers only, while the pod is on an agent, is named with where the pods are', () => {
  const world = behindBalancer(['a'])
  see(world, { a: 'connect_timeout', b: 'ok' }, ['silent', 'silent', 'silent'])
  expect(verdict(world)).toMatchObject({
    cause: 'balancer_backend',
    confidence: 'proven',
    summary: `${LB} leads to a (connect_timeout: it holds no pod, and Service default/web has externalTrafficPolicy Local) only, so that every connection fails; the pods are on b, to which it does not lead.`,
  })
  expect(readTarget(world.state, PORT)?.state).toBe('down')
})

describe('nodes that answer again', () => {
  test('are left out by nginx for 10 s at most, and that is said', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok' }, ['ok', 'ok', 'ok'])
    see(world, { a: 'refused', b: 'refused' }, ['closed', 'closed', 'closed'])
    see(world, { a: 'ok', b: 'ok' }, ['closed', 'closed', 'closed'])
    expect(verdict(world)).toMatchObject({
      cause: 'balancer_out',
      summary: expect.stringMatching(
        /^a and b answer at their own addresses again, but k3d-dev-serverlb \(nginx\) skips a node for 10 s .*: until \d\d:\d\d:\d\d UTC at the latest\.$/,
      ),
      remedies: [{ text: 'Nothing to do: it ends within 10 s' }],
    })
    const hops = explainTarget(world.state, PORT, world.now)?.hops ?? []
    expect(hops.find(({ name }) => name === 'balancer')?.text).toMatch(/a \(ok, skipped until .* UTC at the latest\)/)
  })

  test('are left out by each process of nginx for itself, so that some connections pass by then', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok' }, ['ok', 'ok', 'ok'])
    see(world, { a: 'refused', b: 'refused' }, ['closed', 'closed', 'closed'])
    see(world, { a: 'ok', b: 'ok' }, ['closed', 'ok', 'closed', 'closed'])
    expect(verdict(world)).toMatchObject({ cause: 'balancer_out' })
    const hops = explainTarget(world.state, PORT, world.now)?.hops ?? []
    expect(hops.find(({ name }) => name === 'kube-proxy')?.text).not.toContain(LB)
  })

  test('and to which nothing comes for longer: the balancer is to be restarted', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok' }, ['ok', 'ok', 'ok', ...Array<Symptom>(15).fill('closed')])
    expect(verdict(world)).toMatchObject({
      cause: 'balancer_out',
      summary: `a and b answer at their own addresses, but nothing comes through ${LB}: it may still skip them, or use their old addresses.`,
      remedies: [{ command: `docker restart ${LB}` }],
    })
  })
})

describe('the balancer is not blamed', () => {
  test('where no node answers: what is behind all of them is at fault', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok' }, ['ok', 'ok'])
    see(world, { a: 'silent', b: 'silent' }, ['silent', 'silent', 'silent'])
    expect(verdict(world)?.cause).not.toMatch(/^balancer_/)
  })

  test('by answers of its nodes from before it went dark, as long as those that fail now have not ended', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok' }, ['ok', 'ok', 'ok'])
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'closed', 'node-address': 'closed' })
      expect(verdict(world)?.cause ?? '').not.toMatch(/^balancer_/)
    }
  })

  test('where nobody knows where it leads', () => {
    const world = behindBalancer(null)
    see(world, { b: 'ok' }, ['ok', 'ok'])
    see(world, { b: 'ok' }, ['silent', 'silent', 'silent'])
    expect(verdict(world)?.cause).not.toMatch(/^balancer_/)
  })

  test('where its nodes answer now and then, as with one bad pod of two', () => {
    const world = behindBalancer(['a', 'b'], { policy: 'Cluster' })
    for (let n = 0; n < 6; n++) {
      see(world, { a: 'ok', b: 'refused' }, ['ok'])
      see(world, { a: 'refused', b: 'ok' }, ['closed'])
    }
    see(world, { a: 'ok', b: 'ok' }, ['closed', 'closed'])
    expect(verdict(world)?.cause).not.toMatch(/^balancer_/)
  })
})

describe("check --live judges the balancer's port", () => {
  test('by the nodes that it leads to', () => {
    const all = foresee(behindBalancer(['a', 'b']).state)?.ports
    const assumption = expect.stringContaining('2 s')
    expect(all).toMatchObject([{ node: LB, hostPort: 8081, verdict: 'fine', assumption }])
    expect(foresee(behindBalancer(['a']).state)?.ports).toMatchObject([{ hostPort: 8081, verdict: 'may_go_dark' }])
  })

  test('where these are not known, by the policy: under Local nobody can say, and the Service is not said to lack a host port', () => {
    expect(foresee(behindBalancer(null).state)?.ports).toMatchObject([
      {
        hostPort: 8081,
        verdict: 'unknown',
        summary: `${LB} chooses a node for each connection, and which ones it leads to could not be read.`,
      },
    ])
    expect(foresee(behindBalancer(null, { policy: 'Cluster' }).state)?.ports).toMatchObject([{ verdict: 'fine' }])
  })
})

describe('the Envoy of cloud-provider-kind', () => {
  const TARGET = 'lb:172.18.0.99:80'

  function behindEnvoy(healthy: Record<string, boolean>, policy: 'Local' | 'Cluster' = 'Cluster'): World {
    const world = createWorld()
    const only = pod('web-1', 'b', { readySince: START - 600_000, placement: placement() })
    const web = service({
      type: 'LoadBalancer',
      externalTrafficPolicy: policy,
      balancerAddresses: ['172.18.0.99'],
    })
    const of = { namespace: 'default', name: 'web' }
    const envoy = container('kindccm-0a1b2c3d4e5f', { role: 'balancer', addresses: ['172.18.0.99'], service: of })
    world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
    world.containers(container('a'), container('b'), envoy)
    const backends = Object.entries(healthy).map(([name, is]) => ({
      node: container(name).addresses[0] ?? '',
      healthy: is,
    }))
    world.tell({
      kind: 'balancer',
      name: envoy.name,
      program: 'Envoy',
      ports: [{ containerPort: 80, protocol: 'tcp', backends }],
    })
    world.list([node('a'), node('b'), deployment(), replicaSet(), only, web, slice([only])])
    return world
  }

  function seeAt(world: World, nodes: Record<string, Symptom>, through: readonly Symptom[]): void {
    for (const symptom of through) {
      world.pass(1000)
      for (const [name, own] of Object.entries(nodes)) world.probe(`node:${name}:30080`, { 'node-address': own })
      world.probe(TARGET, { balancer: symptom })
    }
  }

  test('is the hop that leads to the nodes, by their names, with what it holds of them', () => {
    const world = behindEnvoy({ a: true, b: false })
    seeAt(world, { a: 'ok', b: 'ok' }, ['ok', 'ok'])
    const hops = explainTarget(world.state, TARGET, world.now)?.hops ?? []
    expect(hops.filter(({ name }) => name === 'balancer').map(({ text }) => text)).toEqual([
      '172.18.0.99:80: ok; kindccm-0a1b2c3d4e5f answers for it',
      'kindccm-0a1b2c3d4e5f is running, and leads each connection to a (ok) or b (ok, considered unhealthy)',
    ])
  })

  test('that holds nodes for unhealthy which answer is at fault, by its own word', () => {
    const world = behindEnvoy({ a: false, b: false })
    seeAt(world, { a: 'ok', b: 'ok' }, ['ok', 'ok', 'closed', 'closed', 'closed'])
    expect(verdict(world)).toMatchObject({
      cause: 'balancer_out',
      confidence: 'proven',
      summary: expect.stringContaining('(Envoy) considers them unhealthy'),
    })
  })

  test('that holds nodes without a pod for unhealthy under policy Local does as it should', () => {
    const world = behindEnvoy({ a: false, b: true }, 'Local')
    seeAt(world, { a: 'connect_timeout', b: 'ok' }, ['ok', 'ok', 'ok', 'ok'])
    expect(verdict(world)).toBeUndefined()
    expect(readTarget(world.state, TARGET)).toMatchObject({ state: 'up', degraded: null })
  })

  test('that leads to a node which does not answer is named with that node, and no word of nginx', () => {
    const world = behindEnvoy({ a: true, b: true })
    seeAt(world, { a: 'connect_timeout', b: 'ok' }, ['ok', 'ok', 'silent', 'silent', 'silent'])
    expect(verdict(world)?.summary).toBe(
      '1 of 2 nodes behind kindccm-0a1b2c3d4e5f does not answer: a (connect_timeout). 3 of the last 5 connections through it failed.',
    )
  })

  test('has no say in the ports of the host that it publishes beside, which are its own Service again', () => {
    const world = behindEnvoy({ a: true })
    const of = { namespace: 'default', name: 'web' }
    const published = mapped('kindccm-0a1b2c3d4e5f', { 80: 80 }, { role: 'balancer', service: of })
    world.containers(container('a'), container('b'), published)
    expect(readTarget(world.state, 'host:80')).toMatchObject({ service: 'default/web', route: 'nodePort' })
    expect(foresee(world.state)?.ports).toEqual([])
  })
})
