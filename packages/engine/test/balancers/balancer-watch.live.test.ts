import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { MOST_BACKENDS, MOST_BALANCED_PORTS, type Observation } from '@portolan/core'
import { realClock as clock, silentLog as log } from '@portolan/testing'
import { createEngineWatch } from '../../src/index.ts'
import { archiveOf, createRecorder, inspected } from '../builders.ts'
import { createFakeEngine, type FakeEngine } from '../fake-engine.ts'

type Told = { cluster: string; observed: Observation }

/** What a watch of this engine reports of balancers, as it comes. */
async function balancersOf(engine: FakeEngine, look: (told: ReturnType<typeof createRecorder<Told>>) => Promise<void>) {
  const told = createRecorder<Told>()
  const watch = createEngineWatch({
    env: { DOCKER_HOST: `unix://${engine.socket}` },
    clock,
    log,
    onObservation: (cluster, observed) => told.add({ cluster, observed }),
    onClusters: () => {},
    onRefused: () => {},
  })
  await watch.start()
  try {
    await look(told)
  } finally {
    await watch.stop()
  }
}

const isBalancer = ({ observed }: Told) => observed.kind === 'balancer'

const k3d = (role: string, name: string) =>
  inspected(name, { Config: { Labels: { app: 'k3d', 'k3d.cluster': 'dev', 'k3d.role': role } } })

test("k3d's balancer is asked by its file, again and again, and what changed is reported", async () => {
  await using engine = await createFakeEngine()
  engine.containers.set('id-server', k3d('server', 'k3d-dev-server-0'))
  engine.containers.set('id-lb', k3d('loadbalancer', 'k3d-dev-serverlb'))
  const lead = (...nodes: string[]) =>
    engine.bodies.set(
      '/containers/id-k3d-dev-serverlb/archive',
      archiveOf(`ports: { 30080.tcp: [${nodes.join()}] }`).toString(),
    )
  lead('k3d-dev-server-0')
  await balancersOf(engine, async (told) => {
    expect(await told.next(isBalancer)).toEqual({
      cluster: 'k3d-dev',
      observed: {
        kind: 'balancer',
        name: 'k3d-dev-serverlb',
        program: 'nginx',
        ports: [{ containerPort: 30080, protocol: 'tcp', backends: [{ node: 'k3d-dev-server-0' }] }],
      },
    })
    const from = told.items.length
    lead('k3d-dev-server-0', 'k3d-dev-agent-0')
    const next = await told.next(isBalancer, from)
    expect(next.observed).toMatchObject({
      ports: [{ backends: [{ node: 'k3d-dev-server-0' }, { node: 'k3d-dev-agent-0' }] }],
    })
  })
  expect(engine.requests).toContain('/containers/id-k3d-dev-serverlb/archive?path=%2Fetc%2Fconfd%2Fvalues.yaml')
})

test('a balancer with more ports and backends than can be handed on is told as far as it can', async () => {
  await using engine = await createFakeEngine()
  engine.containers.set('id-server', k3d('server', 'k3d-dev-server-0'))
  engine.containers.set('id-lb', k3d('loadbalancer', 'k3d-dev-serverlb'))
  const nodes = Array.from({ length: MOST_BACKENDS + 8 }, (_, number) => `n${number}`)
  const lines = Array.from({ length: MOST_BALANCED_PORTS + 50 }, (_, number) => `${number + 1}.tcp: [${nodes.join()}]`)
  engine.bodies.set('/containers/id-k3d-dev-serverlb/archive', archiveOf(`ports: { ${lines.join(', ')} }`).toString())
  await balancersOf(engine, async (told) => {
    const { observed } = await told.next(isBalancer)
    const ports = observed.kind === 'balancer' ? observed.ports : []
    expect([ports.length, ports[0]?.backends.length]).toEqual([MOST_BALANCED_PORTS, MOST_BACKENDS])
  })
})

test('Envoy is asked at its admin port, by the host port of a desktop engine', async () => {
  const paths: string[] = []
  const admin = createServer((request, response) => {
    paths.push(request.url ?? '')
    response.end('cluster_IPv4_80_TCP::172.18.0.2:30080::health_flags::/failed_active_hc\n')
  }).listen(0, '127.0.0.1')
  await once(admin, 'listening')
  await using engine = await createFakeEngine()
  engine.info.OperatingSystem = 'Docker Desktop'
  engine.containers.set('id-worker', inspected('dev-worker', { cluster: 'dev' }))
  engine.containers.set(
    'id-lb',
    inspected('kindccm-0a1b2c3d4e5f', {
      Config: {
        Labels: {
          'io.x-k8s.cloud-provider-kind.cluster': 'dev',
          'io.x-k8s.cloud-provider-kind.loadbalancer.name': 'dev/default/web',
        },
      },
      NetworkSettings: {
        Ports: { '10000/tcp': [{ HostIp: '0.0.0.0', HostPort: String((admin.address() as AddressInfo).port) }] },
        Networks: { kind: { IPAddress: '172.18.0.9', GlobalIPv6Address: '' } },
      },
    }),
  )
  try {
    await balancersOf(engine, async (told) => {
      const backends = [{ node: '172.18.0.2', healthy: false }]
      expect((await told.next(isBalancer)).observed).toMatchObject({
        program: 'Envoy',
        ports: [{ containerPort: 80, protocol: 'tcp', backends }],
      })
    })
    expect(paths).toContain('/clusters')
  } finally {
    admin.close()
  }
})
