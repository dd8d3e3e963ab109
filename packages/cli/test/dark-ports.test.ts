import { expect, test } from '@jest/globals'
import type { Incident, Path } from '@portolan/core'
import { darkPorts } from '../src/dark-ports.ts'
import { incident } from './views.ts'

function path(listenAddresses: string[], more: Partial<Path> = {}): Path {
  const container = { id: 'id-a', name: 'sea-worker', state: 'running', addresses: ['172.18.0.3', 'fc00::3'] }
  const mapping = { listenAddresses, hostPort: 8080, containerPort: 30080, protocol: 'tcp', entry: 'hostPort' }
  return { route: { kind: 'none' }, container, mapping, ...more } as Path
}

function portsOf(given: Path | null, all: Incident[] = [incident()], isWanted = () => true) {
  return darkPorts({ incidents: () => all, pathOf: () => given }, 'sea', isWanted)
}

test('a dark port is the port of its node, and the door that leads there', () => {
  expect(portsOf(path(['127.0.0.1']))).toEqual([
    {
      target: 'host:30080',
      cause: 'etp_local',
      container: 'id-a',
      node: 'sea-worker',
      port: 30080,
      protocol: 'tcp',
      family: 'IPv4',
      door: { listenAddress: '127.0.0.1', hostPort: 8080, protocol: 'tcp' },
    },
  ])
})

test.each([
  [['0.0.0.0'], 'IPv4'],
  [['::'], 'IPv6'],
  [['0.0.0.0', '::'], 'IPv4'],
])('listening on %j the engine dials the node over %s', (listenAddresses, family) => {
  expect(portsOf(path(listenAddresses))).toMatchObject([{ family }])
})

test('a node without an IPv6 address is dialled over IPv4 in any case', () => {
  const { container } = path([])
  expect(portsOf(path(['::'], { container: { ...container, addresses: ['172.18.0.3'] } }))).toMatchObject([
    { family: 'IPv4' },
  ])
})

test.each<[string, Path | null]>([
  ['a host port, in which kube-proxy has no part', path(['127.0.0.1'], { route: { kind: 'hostPort', port: 80 } })],
  ['a pod on the host network', path(['127.0.0.1'], { route: { kind: 'hostNetwork', port: 80 } })],
  ['a node that is stopped', path(['127.0.0.1'], { container: { ...path([]).container, state: 'exited' } })],
  [
    'an address of a load balancer',
    path(['192.0.2.9'], { mapping: { ...path(['192.0.2.9']).mapping, entry: 'balancer' } }),
  ],
  ['a port that is not mapped any more', null],
])('no rules are read of %s', (_, given) => expect(portsOf(given)).toEqual([]))

test('nor of another cluster, nor of a port that is not asked for', () => {
  expect(portsOf(path(['127.0.0.1']), [incident({ cluster: 'lake' })])).toEqual([])
  expect(portsOf(path(['127.0.0.1']), [incident()], () => false)).toEqual([])
})
