import { describe, expect, test } from '@jest/globals'
import { type ClusterNetwork, preflight, type PreflightWorld } from '../../src/index.ts'
import { deployment, mapped, placement, service } from '../builders.ts'
import { network, world } from './world.ts'

const ports = (nodePort: number) => service().ports.map((one) => ({ ...one, nodePort }))
const first = (given: PreflightWorld) => preflight(given).ports[0]
const warnings = (given: PreflightWorld) => preflight(given).warnings.map(({ cause, text }) => `${cause}: ${text}`)
const open = { externalTrafficPolicy: 'Cluster' as const }

describe('a nodePort that the API server refuses', () => {
  const at8080 = (nodePortRange: ClusterNetwork['nodePortRange']) =>
    world({
      containers: [mapped('a', { 8080: 8080 })],
      services: [service({ ...open, ports: ports(8080) })],
      network: network({ nodePortRange }),
    })

  test('leaves the mapped port dark, and the fix takes a free one at both ends', () => {
    const port = first(at8080({ first: 30000, last: 32767 }))
    expect(port).toMatchObject({ verdict: 'always_dark', cause: 'node_port_refused' })
    expect(port?.summary).toContain('30000-32767')
    expect(port?.remedies[0]?.edits.map(({ value }) => value)).toEqual([32544, 32544])
  })

  test('is none where the range was set wider', () => {
    expect(first(at8080({ first: 8000, last: 9000 }))?.verdict).toBe('fine')
  })

  test('is a warning where no host port leads to it', () => {
    const services = [service(open), service({ name: 'far', uid: 'far', ports: ports(80) })]
    const given = world({ services, network: network() })
    expect(warnings(given)).toEqual([expect.stringMatching(/^node_port_refused: .*default\/far.* 80 /)])
    expect(preflight(given).ports.map(({ service: name }) => name)).toEqual(['default/web'])
  })
})

describe('a Service that the API server refuses', () => {
  const many = (...changes: Partial<ReturnType<typeof ports>[number]>[]) =>
    changes.flatMap((change) => ports(30080).map((one) => ({ ...one, ...change })))
  const given = (more: Parameters<typeof service>[0], rest: Partial<PreflightWorld> = {}) =>
    first(world({ services: [service({ ...open, ...more })], network: network(), ...rest }))

  test.each([
    ['no NodePort and has a nodePort', { type: 'ClusterIP' as const }, 'node_port_refused', /type is ClusterIP/],
    ['headless', { clusterIP: 'None' }, 'object_refused', /headless/],
    ['of two ports without a name', { ports: many({ name: '' }, { nodePort: 0, port: 81 }) }, 'object_refused', /name/],
    ['of two ports with one name', { ports: many({}, { nodePort: 0, port: 81 }) }, 'object_refused', /the name/],
    ['of two ports with one number', { ports: many({}, { name: 'b', nodePort: 0 }) }, 'object_refused', /the number/],
    ['of two ports with one nodePort', { ports: many({}, { name: 'b', port: 81 }) }, 'node_port_refused', /two of its/],
  ])('since it is %s, leaves the mapped port dark', (_, more, cause, words) => {
    expect(given(more)).toMatchObject({ verdict: 'always_dark', cause, summary: expect.stringMatching(words) })
  })

  test('is none where two protocols share a number', () => {
    expect(given({ ports: many({}, { name: 'b', protocol: 'UDP' }) })?.verdict).toBe('fine')
  })

  test.each([
    ['ipv4', ['IPv4'], 'fine'],
    ['ipv4', ['IPv6'], 'always_dark'],
    ['ipv4', ['IPv4', 'IPv6'], 'always_dark'],
    ['ipv6', ['IPv4'], 'always_dark'],
    ['dual', ['IPv4', 'IPv6'], 'fine'],
  ] as const)('in a cluster of family %s, it needs %j: %s', (family, needed, verdict) => {
    const neededFamilies = new Map([['Service/default/web', needed]])
    const containers = [
      {
        ...mapped('a', {}),
        bindings: [
          {
            listenAddress: family === 'ipv6' ? '::' : '0.0.0.0',
            hostPort: 8080,
            containerPort: 30080,
            protocol: 'tcp' as const,
          },
        ],
      },
    ]
    expect(given({}, { containers, network: network({ family }), neededFamilies })?.verdict).toBe(verdict)
  })

  test('says nothing of a cluster that runs: what it has was taken', () => {
    expect(given({ clusterIP: 'None' }, { network: null })?.verdict).toBe('fine')
  })
})

describe('what is wrong with the pods by their files', () => {
  const flawed = (kind: 'refused' | 'open' | 'unready', more: Parameters<typeof service>[0] = {}) => {
    const flaws = new Map([['Deployment/default/web', { kind, because: 'of a reason' }]])
    return first(world({ services: [service({ ...open, ...more })], flaws }))
  }

  test('decides what becomes of the port', () => {
    expect(flawed('refused')).toMatchObject({ verdict: 'always_dark', cause: 'object_refused' })
    expect(flawed('open')).toMatchObject({ verdict: 'unknown', cause: 'object_refused' })
    expect(flawed('unready')).toMatchObject({ verdict: 'always_dark', cause: 'no_endpoints' })
    expect(flawed('unready', { publishNotReadyAddresses: true })?.verdict).toBe('fine')
  })

  test('does not while other pods serve', () => {
    const flaws = new Map([['Deployment/default/web', { kind: 'unready' as const, because: 'of a reason' }]])
    const workloads = [deployment(), deployment({ name: 'more', uid: 'more' })]
    expect(first(world({ services: [service(open)], workloads, flaws }))?.verdict).toBe('fine')
  })
})

describe('the host port of the API server', () => {
  const bound = (listenAddress: string, containerPort = 30080) => {
    const bindings = [{ listenAddress, hostPort: 8080, containerPort, protocol: 'tcp' as const }]
    const containers = [{ ...mapped('a', {}), bindings, wished: bindings }]
    const apiServer = { address: '127.0.0.1', port: 8080 }
    return first(world({ containers, services: [service(open)], network: network({ apiServer }) }))
  }

  test('can be mapped at another address, or once more to itself', () => {
    expect(bound('0.0.0.0')).toMatchObject({ verdict: 'always_dark', cause: 'port_taken' })
    expect(bound('127.0.0.1')).toMatchObject({ verdict: 'always_dark', cause: 'port_taken' })
    expect(bound('127.0.0.2')?.verdict).toBe('fine')
    expect(bound('127.0.0.1', 6443)?.cause).not.toBe('port_taken')
  })
})

describe('two Services that ask for one NodePort', () => {
  const second = (more: Parameters<typeof service>[0]) => service({ name: 'web-too', uid: 'web-too', ...more })
  const twice = (more: Parameters<typeof service>[0]) =>
    world({ services: [service(open), second({ ...open, ...more })], workloads: [deployment()] })

  test('are a finding of its own, and the port is judged where both lead to the same', () => {
    expect(first(twice({}))?.verdict).toBe('fine')
    expect(warnings(twice({}))).toEqual([expect.stringMatching(/default\/web and Service default\/web-too both/)])
    expect(preflight(twice({})).ports).toHaveLength(1)
  })

  test('leave it unknown where they do not', () => {
    expect(first(twice({ selector: {} }))).toMatchObject({ verdict: 'unknown', cause: 'node_port_refused' })
  })

  test('are none where one is for UDP', () => {
    const udp = service().ports.map((one) => ({ ...one, protocol: 'UDP' as const }))
    expect(warnings(twice({ ports: udp }))).toEqual([])
  })
})

describe('what the cluster brings along', () => {
  const on = (more: Partial<ClusterNetwork>, rest: Partial<PreflightWorld> = {}) =>
    first(world({ services: [service(open)], network: network(more), ...rest }))
  const cilium = {
    ...deployment({ name: 'cilium', uid: 'cilium' }),
    kind: 'DaemonSet',
    template: placement({ labels: {} }),
  }

  test.each([
    ['no pod network', { hasPodNetwork: false }, 'disableDefaultCNI'],
    ['no kube-proxy', { proxyMode: 'none' as const }, 'kubeProxyMode: none'],
  ])('%s: unknown, and named', (_, more, named) => {
    expect(on(more)?.verdict).toBe('unknown')
    expect(on(more)?.summary).toContain(named)
    expect(on(more, { workloads: [deployment(), cilium] })?.verdict).toBe('fine')
  })

  test.each([
    [['127.0.0.0/8'], 'always_dark', 'node_port_addresses'],
    [['primary'], 'fine', null],
    [['0.0.0.0/0'], 'fine', null],
    [['172.18.0.0/16'], 'unknown', 'node_port_addresses'],
  ])('kube-proxy serves NodePorts at %j: %s', (nodePortAddresses, verdict, cause) => {
    expect(on({ nodePortAddresses })).toMatchObject({ verdict, cause })
  })
})

describe('families of addresses', () => {
  const listening = (listenAddress: string) => ({
    ...mapped('a', {}),
    bindings: [{ listenAddress, hostPort: 8080, containerPort: 30080, protocol: 'tcp' as const }],
  })

  test.each([
    ['ipv4', '0.0.0.0', undefined, 'fine'],
    ['ipv4', '::', undefined, 'unknown'],
    ['ipv6', '::', undefined, 'fine'],
    ['ipv6', '127.0.0.1', undefined, 'always_dark'],
    ['dual', '0.0.0.0', undefined, 'fine'],
    ['dual', '0.0.0.0', ['IPv6'], 'always_dark'],
    ['dual', '0.0.0.0', ['IPv4', 'IPv6'], 'fine'],
    ['dual', '::', ['IPv6'], 'fine'],
  ] as const)('%s cluster, host port on %s, Service of %j: %s', (family, address, families, verdict) => {
    const services = [service({ ...open, ...(families === undefined ? {} : { families: [...families] }) })]
    const given = world({ containers: [listening(address)], services, network: network({ family }) })
    expect(first(given)?.verdict).toBe(verdict)
    if (verdict !== 'fine') expect(first(given)?.cause).toBe('listen_family')
  })

  test.each([
    [['172.18.0.2'], 'unknown'],
    [['172.18.0.2', 'fc00::2'], 'always_dark'],
  ])('the engine dials the IPv6 address of a node that runs at %j: %s', (addresses, verdict) => {
    const services = [service({ ...open, families: ['IPv4'] })]
    expect(first(world({ containers: [{ ...listening('::'), addresses }], services }))?.verdict).toBe(verdict)
  })
})
