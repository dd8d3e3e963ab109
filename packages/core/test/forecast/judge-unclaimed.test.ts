import { describe, expect, test } from '@jest/globals'
import { preflight, type PreflightWorld } from '../../src/index.ts'
import { container, deployment, mapped, node, overUdp, placement, service, withHostPort } from '../builders.ts'
import { network, world } from './world.ts'

const ports = (change: Partial<ReturnType<typeof service>['ports'][number]>) =>
  service().ports.map((one) => ({ ...one, ...change }))
const ingress = { kind: 'Ingress' as const, namespace: 'default', name: 'shop', className: 'nginx' }
const ingressClass = { kind: 'IngressClass' as const, namespace: '' as const, name: 'nginx', takesUnnamed: false }
const custom = { kind: 'HelmChart', namespace: 'kube-system', name: 'traefik' }
/** Host port 80 leads to port 80 of `a`, and a Service with the port 80 has a NodePort that nothing leads to. */
const missed = (more: Partial<PreflightWorld> = {}) => world({ containers: [mapped('a', { 80: 80 })], ...more })

const first = (given: PreflightWorld) => preflight(given).ports.find(({ hostPort }) => hostPort !== null)

describe('a mapping that nothing claims', () => {
  test.each([
    ['the port of a NodePort Service is mapped instead of its NodePort', missed()],
    [
      "the NodePort stands on the host's side of the mapping",
      world({ containers: [mapped('a', { 30080: 8080 })], services: [service({ ports: ports({ port: 81 }) })] }),
    ],
    [
      "the pod's hostPort stands on the host's side of the mapping",
      world({
        containers: [mapped('a', { 8182: 80 })],
        services: [],
        workloads: [deployment({ template: withHostPort(8182) })],
      }),
    ],
    [
      'the number is right and the protocol wrong',
      world({ containers: [overUdp(mapped('a', { 8080: 30080 }))], services: [service()] }),
    ],
  ])('is dark for certain where it was plainly missed: %s', (_, given) => {
    expect(first(given)).toMatchObject({ verdict: 'always_dark', cause: 'port_mismatch' })
  })

  test.each([
    [
      'an Ingress of another class than is given',
      missed({ routes: [ingress, { ...ingressClass, name: 'other' }] }),
      'default/shop',
    ],
    ['an Ingress', missed({ routes: [ingress] }), 'Ingress default/shop (class nginx) waits for a controller'],
    ['an object that Kubernetes does not know', missed({ customs: [custom] }), 'HelmChart kube-system/traefik'],
    ['a chart that was not rendered', missed({ unread: ['the chart charts/web'] }), 'the chart charts/web'],
    [
      'the node, by its label',
      missed({ nodes: [node('a', { labels: { 'ingress-ready': 'true' } })] }),
      'has the label ingress-ready',
    ],
  ])('is unknown while %s waits for a controller, which is named', (_, given, named) => {
    const port = first(given)
    expect(port).toMatchObject({ verdict: 'unknown', cause: null, darkProbability: null, remedies: [] })
    expect(port?.summary).toContain(named)
  })

  test.each<[string, ReturnType<typeof service>['type'], number]>([
    ['a ClusterIP', 'ClusterIP', 0],
    ['a NodePort', 'NodePort', 31234],
    ['a LoadBalancer', 'LoadBalancer', 0],
  ])(
    'is unknown where %s Service is served there at addresses of its own, and is not said to be missed',
    (_, type, nodePort) => {
      const own = service({ type, externalAddresses: ['172.18.0.9'], ports: ports({ nodePort }) })
      const given = missed({ services: [own] })
      expect(first(given)).toMatchObject({ verdict: 'unknown', cause: null, remedies: [] })
      expect(first(given)?.summary).toContain('is served at port 80 of 172.18.0.9 (externalIPs)')
      expect(preflight(given).ports).toHaveLength(1)
      const elsewhere = { ...own, ports: ports({ nodePort, port: 81 }) }
      expect(first(missed({ services: [elsewhere] }))?.summary).not.toContain('externalIPs')
    },
  )

  test('waits for no controller that is among the files', () => {
    const labels = { 'ingress-ready': 'true' }
    const given = missed({ routes: [ingress, ingressClass], nodes: [node('a', { labels })] })
    expect(first(given)).toMatchObject({ verdict: 'always_dark', cause: 'port_mismatch' })
  })

  test.each([
    [
      'a Service whose NodePort is picked at random, with the fix',
      [{ nodePort: 0 }],
      /default\/web gets its NodePort at random/,
      1,
    ],
    ['no Service where all have one', [{ nodePort: 30099 }], /no Service that was read has it, and no pod/, 0],
  ])('at a NodePort names %s', (_, changes, words, remedies) => {
    const services = changes.map((change) => service({ ports: ports(change) }))
    const port = first(world({ services }))
    expect(port?.summary).toMatch(words)
    expect(port?.remedies).toHaveLength(remedies)
  })

  test('names the Service that had the number in an earlier document', () => {
    const given = world({ services: [service({ ports: ports({ nodePort: 30099 }) })], superseded: [service()] })
    expect(first(given)?.summary).toContain('Service default/web has it in an earlier document')
  })

  test('offers no NodePort for a headless Service, nor for one that only the cluster calls', () => {
    const inside = (name: string, more = {}) =>
      service({ name, uid: name, type: 'ClusterIP', ports: ports({ port: 443, nodePort: 0 }), ...more })
    const given = (...services: PreflightWorld['services'][number][]) =>
      first(world({ containers: [mapped('a', { 443: 443 })], services }))
    expect(given(inside('nats', { clusterIP: 'None' }))?.remedies).toEqual([])
    expect(given(inside('admission-webhook'))?.summary).not.toContain('inside the cluster')
    expect(given(inside('admission-webhook'), inside('web'))?.remedies[0]?.text).toContain('default/web')
  })

  test('is not dark because another Service has no host port', () => {
    const other = service({ name: 'debug', uid: 'debug', ports: ports({ port: 9000, nodePort: 30999 }) })
    expect(first(world({ containers: [mapped('a', { 80: 80 })], services: [other] }))?.verdict).toBe('unknown')
  })

  test('is not dark because a Service that the API server refuses has the number', () => {
    const second = service({ name: 'second', uid: 'second' })
    const far = service({ name: 'far', uid: 'far', ports: ports({ nodePort: 8081 }) })
    const containers = [mapped('a', { 80: 80, 8080: 30080 })]
    const given = world({ containers, services: [service(), second, far], network: network() })
    expect(first(given)).toMatchObject({ hostPort: 80, verdict: 'unknown' })
  })

  test('names many waiting objects by the first three', () => {
    const customs = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...custom, name }))
    expect(first(missed({ customs }))?.summary).toContain('kube-system/c and 2 others may bring')
  })

  test('gets the lesson of the first mistake where the port of a ClusterIP is mapped', () => {
    const services = [service({ type: 'ClusterIP', ports: ports({ port: 8080, nodePort: 0 }) })]
    const port = first(world({ containers: [mapped('a', { 8080: 8080 })], services }))
    expect(port?.verdict).toBe('unknown')
    expect(port?.summary).toMatch(/8080 is the port of Service default\/web inside the cluster.*30000-32767/)
    expect(port?.remedies[0]?.edits.map(({ path, value }) => [path.at(-1), value])).toEqual([
      ['type', 'NodePort'],
      ['nodePort', 32544],
      ['containerPort', 32544],
    ])
  })

  test.each([
    [30080, /can be a NodePort: no Service was given/],
    [80, /can be no NodePort \(30000-32767\): only a pod on this very node that tolerates .*control-plane/],
  ])('of the config alone says who can answer at port %i', (number, words) => {
    const given = world({ containers: [mapped('cp', { 80: number })], services: [], workloads: [] })
    expect(first(given)?.summary).toMatch(words)
  })

  test.each([
    ['control-plane', 6443, 'fine'],
    ['control-plane', 2379, 'fine'],
    ['control-plane', 10250, 'fine'],
    ['worker', 10250, 'fine'],
    ['worker', 6443, 'unknown'],
  ] as const)('on a %s at %i is %s', (role, number, verdict) => {
    const given = world({ containers: [mapped('x', { 8000: number }, { role })], services: [], workloads: [] })
    expect(first(given)?.verdict).toBe(verdict)
  })
})

describe('a Service that no host port leads to', () => {
  const alone = (more: Partial<PreflightWorld> = {}) =>
    preflight(world({ containers: [container('a')], services: [service({ type: 'LoadBalancer' })], ...more })).ports

  test.each([
    ['it is not known who hands out addresses', null, [['unknown', 'lb_pending']]],
    ['nobody hands out addresses', false, [['always_dark', 'lb_pending']]],
    ['something hands out addresses', true, []],
  ])('of type LoadBalancer where %s', (_, loadBalancers, expected) => {
    expect(alone({ loadBalancers }).map(({ verdict, cause }) => [verdict, cause])).toEqual(expected)
  })
})

describe('pods that were not read', () => {
  const own = { template: placement({ labels: { app: 'web' } }) }

  test('are no fault of a Service while something was given that may make them', () => {
    const given = { services: [service({ selector: {} })], workloads: [], customs: [custom] }
    expect(first(world(given))).toMatchObject({ verdict: 'unknown', cause: 'no_endpoints' })
  })

  test('of a kind that Kubernetes does not know are pods like others, but for where they run', () => {
    const workloads = [{ ...deployment(own), kind: 'Rollout' }]
    expect(first(world({ workloads }))?.verdict).toBe('unknown')
    const services = [service({ externalTrafficPolicy: 'Cluster' })]
    expect(first(world({ workloads, services }))?.verdict).toBe('fine')
  })

  test('of a Job end with its work', () => {
    expect(first(world({ workloads: [{ ...deployment(own), kind: 'Job' }] }))?.verdict).toBe('unknown')
  })
})

describe('what scales the pods', () => {
  const scaler = (kind: string, least: number) => ({
    kind,
    namespace: 'default',
    name: 'scale',
    target: { kind: 'Deployment', name: 'web' },
    least,
  })
  const fate = (replicas: number, kind: string, least: number) => {
    const services = [service({ externalTrafficPolicy: 'Cluster' })]
    const given = { services, workloads: [deployment({ replicas })], autoscalers: [scaler(kind, least)] }
    const { verdict, cause } = first(world(given)) ?? {}
    return [verdict, cause]
  }

  test.each([
    [
      'an autoscaler is off while no pods are asked for',
      0,
      'HorizontalPodAutoscaler',
      2,
      ['always_dark', 'no_endpoints'],
    ],
    ['KEDA wakes what asks for no pods', 0, 'ScaledObject', 1, ['fine', null]],
    ['KEDA lets it sleep', 1, 'ScaledObject', 0, ['may_go_dark', 'no_endpoints']],
    ['KEDA keeps one pod', 0, 'ScaledObject', 2, ['fine', null]],
  ] as const)('%s', (_, replicas, kind, least, expected) => {
    expect(fate(replicas, kind, least)).toEqual(expected)
  })

  test('three nodes with at least three pods leave nothing dark', () => {
    const given = world({
      workloads: [deployment({ template: withHostPort(80) })],
      autoscalers: [scaler('HorizontalPodAutoscaler', 3)],
    })
    expect(first(given)?.verdict).toBe('fine')
  })
})

test('no port is dark for certain while an object may still be patched', () => {
  const given = world({ patching: ['the kustomization dev/kustomization.yaml'] })
  expect(first(given)).toMatchObject({ verdict: 'unknown', cause: 'etp_local', remedies: [] })
  expect(first(given)?.summary).toContain('the kustomization dev/kustomization.yaml may change that')
})

test.each([
  ['one that is mapped and open', { 8080: 30100 }, [30100]],
  ['none where nothing in the range is mapped', { 8080: 80 }, []],
])('a Service with a NodePort at random is offered %s', (_, mapping, offered) => {
  const services = [service({ ports: ports({ nodePort: 0 }) })]
  const { ports: found } = preflight(world({ containers: [mapped('a', mapping)], services }))
  const remedies = found.find(({ hostPort }) => hostPort === null)?.remedies ?? []
  expect(remedies.flatMap(({ edits }) => edits.map(({ value }) => value))).toEqual(offered)
})
