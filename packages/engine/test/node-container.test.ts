import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { InspectedContainer } from '../src/inspected.ts'
import { readNode } from '../src/node-container.ts'
import { inspected } from './builders.ts'

const recorded = JSON.parse(
  readFileSync(new URL('recorded/docker-inspect.json', import.meta.url), 'utf8'),
) as InspectedContainer

describe('a node that Docker shows', () => {
  const bindings = [
    { listenAddress: '0.0.0.0', hostPort: 31453, containerPort: 30053, protocol: 'udp' },
    { listenAddress: '0.0.0.0', hostPort: 31480, containerPort: 30080, protocol: 'tcp' },
    { listenAddress: '127.0.0.1', hostPort: 31481, containerPort: 30081, protocol: 'tcp' },
    { listenAddress: '::', hostPort: 31482, containerPort: 30082, protocol: 'tcp' },
  ]

  test('is read whole, without the port of its API server', () => {
    expect(readNode(recorded)).toEqual({
      cluster: 'harbour',
      context: 'kind-harbour',
      provider: 'kind',
      container: {
        id: recorded.Id,
        name: 'harbour-control-plane',
        role: 'control-plane',
        provider: 'kind',
        state: 'running',
        startedAt: Date.parse('2026-11-25T12:03:55.880Z'),
        addresses: ['172.18.0.2', 'fc00:f853:ccd:e793::2'],
        bindings,
        wished: bindings,
      },
    })
  })

  test('still wishes for its ports when it is stopped, and holds none', () => {
    const stopped = { ...recorded, State: { Status: 'exited', StartedAt: '2026-11-25T12:03:55.880931913Z' } }
    expect(readNode(stopped)?.container).toMatchObject({
      state: 'exited',
      addresses: [],
      bindings: [],
      wished: bindings,
    })
  })

  test('that could not be started says why', () => {
    const Error = 'Bind for 0.0.0.0:31480 failed: port is already allocated'
    expect(readNode({ ...recorded, State: { Status: 'exited', Error } })?.container.error).toBe(Error)
    expect(readNode({ ...recorded, State: { Status: 'running', Error: '' } })?.container).not.toHaveProperty('error')
  })

  test('that runs without its bindings shows what was lost', () => {
    const lost = { ...recorded, NetworkSettings: { ...recorded.NetworkSettings, Ports: { '30080/tcp': [] } } }
    expect(readNode(lost)?.container).toMatchObject({ state: 'running', bindings: [], wished: bindings })
  })
})

test('a worker may publish 6443 for a purpose of its own', () => {
  const ports = { '6443/tcp': [{ HostIp: '0.0.0.0', HostPort: '6443' }] }
  const worker = inspected('sea-worker', {
    HostConfig: { PortBindings: ports },
    NetworkSettings: { Ports: ports, Networks: {} },
  })
  expect(readNode(worker)?.container.bindings).toHaveLength(1)
})

describe('what other engines leave out or call otherwise', () => {
  test.each([
    ['Podman, never started', 'configured', 'created'],
    ['Podman, set up', 'initialized', 'created'],
    ['Podman, on its way down', 'stopping', 'running'],
    ['Podman, stopped', 'stopped', 'exited'],
    ['nerdctl, being paused', 'pausing', 'running'],
    ['anything new', 'unknown', 'dead'],
  ])('%s', (_, Status, state) => {
    expect(readNode(inspected('sea-worker', { State: { Status } }))?.container.state).toBe(state)
  })

  test('Podman: no slash before the name, null for ports, a time with a zone', () => {
    const podman = inspected('sea-worker', {
      Name: 'sea-worker',
      State: { Status: 'running', StartedAt: '2026-11-25T13:00:00.25+01:00' },
      NetworkSettings: { Ports: null, Networks: { kind: { IPAddress: '10.89.0.2', GlobalIPv6Address: 'fc00::2' } } },
    })
    expect(readNode(podman)?.container).toMatchObject({
      name: 'sea-worker',
      startedAt: Date.parse('2026-11-25T12:00:00.25Z'),
      addresses: ['10.89.0.2', 'fc00::2'],
      bindings: [],
    })
  })

  test('nerdctl: another name for the network, no wish', () => {
    const { NetworkSettings, ...rest } = inspected('sea-worker')
    const nerdctl = readNode({
      ...rest,
      HostConfig: {},
      NetworkSettings: { ...NetworkSettings, Networks: { 'unknown-eth0': { IPAddress: '10.4.0.2' } } },
    })
    expect(nerdctl?.container.addresses).toEqual(['10.4.0.2'])
    expect(nerdctl?.container.wished).toEqual(nerdctl?.container.bindings)
  })

  test('a container that never started has no time', () => {
    const created = inspected('sea-worker', { State: { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' } })
    expect(readNode(created)?.container.startedAt).toBe(0)
  })

  test.each(['9999-12-31T23:59:59Z', '+275761-01-01T00:00:00Z', 'yesterday', '1e300'])(
    'a container that was started at %s has no time',
    (StartedAt) => {
      const node = readNode(inspected('sea-worker', { State: { Status: 'running', StartedAt } }))
      expect(node?.container.startedAt).toBe(0)
    },
  )
})

test.each([
  ['the load balancer of several control planes', { role: 'external-load-balancer' }],
  ['a container without labels', { Config: { Labels: null } }],
])('%s is no node', (_, changes) => expect(readNode(inspected('sea-lb', changes))).toBeNull())
