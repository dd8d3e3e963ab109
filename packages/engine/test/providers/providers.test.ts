import { describe, expect, test } from '@jest/globals'
import type { InspectedContainer } from '../../src/inspected.ts'
import { readNode } from '../../src/node-container.ts'
import { createRoster } from '../../src/roster.ts'
import { inspected } from '../builders.ts'

type Labels = Record<string, string>

const published = (...ports: number[]) =>
  Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostIp: '0.0.0.0', HostPort: String(10_000 + port) }]]))

/** A container as the tool's sources say that it makes it; none of these was seen on a real one. */
function made(name: string, Labels: Labels, ports: number[], network: string): InspectedContainer {
  return inspected(name, {
    Config: { Labels },
    HostConfig: { PortBindings: published(...ports) },
    NetworkSettings: { Ports: published(...ports), Networks: { [network]: { IPAddress: '172.20.0.3' } } },
  })
}

const k3d = (role: string, name = `k3d-dev-${role}-0`, ports: number[] = []) =>
  made(name, { app: 'k3d', 'k3d.cluster': 'dev', 'k3d.role': role }, ports, 'k3d-dev')
const minikube = (machine: string, ports: number[] = []) =>
  made(
    machine,
    {
      'created_by.minikube.sigs.k8s.io': 'true',
      'name.minikube.sigs.k8s.io': machine,
      'role.minikube.sigs.k8s.io': '',
    },
    [22, 2376, 5000, 8443, 32443, ...ports],
    'shop',
  )
const talos = (type: string, ports: number[] = []) =>
  made(
    `dev-${type}-1`,
    { 'talos.owned': 'true', 'talos.cluster.name': 'dev', 'talos.type': type },
    type === 'worker' ? ports : [50_000, 6443, ...ports],
    'dev',
  )

const envoy = (labels: Labels = { 'io.x-k8s.cloud-provider-kind.loadbalancer.name': 'dev/default/web' }) =>
  made('kindccm-0a1b2c3d4e5f', { 'io.x-k8s.cloud-provider-kind.cluster': 'dev', ...labels }, [80, 10_000], 'kind')

describe('a container of', () => {
  test.each<[string, InspectedContainer, object, number[]]>([
    [
      'a k3d server',
      k3d('server', 'k3d-dev-server-0', [6443, 30080]),
      { cluster: 'k3d-dev', role: 'control-plane' },
      [30080],
    ],
    ['a k3d agent', k3d('agent', 'k3d-dev-agent-0', [30080]), { cluster: 'k3d-dev', role: 'worker' }, [30080]],
    [
      "k3d's balancer",
      k3d('loadbalancer', 'k3d-dev-serverlb', [80, 6443]),
      { cluster: 'k3d-dev', role: 'balancer' },
      [80],
    ],
    ['cloud-provider-kind', envoy(), { cluster: 'dev', role: 'balancer' }, [80]],
    ["minikube's first machine", minikube('shop', [30080]), { cluster: 'shop', role: 'control-plane' }, [30080]],
    ["minikube's second machine", minikube('shop-m02', [30081]), { cluster: 'shop', role: 'worker' }, [30081]],
    ['a Talos control plane', talos('controlplane', [30080]), { cluster: 'talos-dev', role: 'control-plane' }, [30080]],
    ['a Talos worker', talos('worker'), { cluster: 'talos-dev', role: 'worker' }, []],
  ])('%s', (_, container, { cluster, role }: { cluster?: string; role?: string }, ports) => {
    const node = readNode(container)
    expect(node).toMatchObject({ cluster, container: { role, addresses: ['172.20.0.3'] } })
    expect(node?.container.bindings.map(({ containerPort }) => containerPort)).toEqual(ports)
  })

  test('the balancer of a Service says which one, and where it can be asked', () => {
    expect(readNode(envoy())).toMatchObject({
      container: { service: { namespace: 'default', name: 'web' } },
      balancer: { source: { program: 'Envoy' }, published: 20_000 },
    })
  })

  test.each([
    ['the Envoy of a Gateway', envoy({ 'io.x-k8s.cloud-provider-kind.gateway.name': 'dev/default/front' })],
    ['an Envoy of another cluster', envoy({ 'io.x-k8s.cloud-provider-kind.loadbalancer.name': 'other/default/web' })],
    ['an Envoy of no Service', envoy({ 'io.x-k8s.cloud-provider-kind.loadbalancer.name': 'dev//' })],
    ["k3d's registry", k3d('registry', 'k3d-dev-registry')],
    ["k3d's tools", k3d('noRole', 'k3d-dev-tools')],
    ['somebody with the label app=k3d alone', made('mine', { app: 'k3d' }, [], 'bridge')],
    ['somebody with app=web', made('web', { app: 'web' }, [], 'bridge')],
  ])('%s is no part of a cluster', (_, container) => expect(readNode(container)).toBeNull())

  test.each([
    [k3d('agent'), 'k3d-dev'],
    [minikube('shop'), 'shop'],
    [minikube('minikube-m03'), 'minikube'],
    [talos('worker'), 'admin@dev'],
    [inspected('dev-worker', { cluster: 'dev' }), 'kind-dev'],
  ])('each tool is reached by the context that it writes', (container, context) => {
    expect(readNode(container)?.context).toBe(context)
  })
})

test('a balancer alone, which a cluster left behind, makes none', () => {
  const told: string[][] = []
  const roster = createRoster({ onObservation() {}, onClusters: (names) => told.push(names), onRefused() {} })
  const left = [envoy(), k3d('loadbalancer', 'k3d-old-serverlb')].flatMap((one) => readNode(one) ?? [])
  expect(roster.update(left, 1)).toEqual([])
  expect(told).toEqual([[]])
})

test('two tools that call a cluster the same are two clusters', () => {
  const told: string[][] = []
  const roster = createRoster({ onObservation() {}, onClusters: (names) => told.push(names), onRefused() {} })
  const ofKind = readNode(inspected('shop-worker', { cluster: 'shop' }))
  const ofMinikube = readNode(minikube('shop'))
  roster.update(
    [ofMinikube, ofKind].flatMap((one) => one ?? []),
    1,
  )
  expect(told).toEqual([['minikube-shop', 'shop']])
  expect(roster.contextOf('shop')).toBe('kind-shop')
  expect(roster.contextOf('minikube-shop')).toBe('shop')
  expect(roster.contextOf('gone')).toBeNull()
})
