import { describe, expect, test } from '@jest/globals'
import { readBindings, readWishedBindings } from '../src/bindings.ts'

describe('a binding', () => {
  test.each([
    ['of all IPv4 addresses', '30080/tcp', { HostIp: '0.0.0.0', HostPort: '80' }, '0.0.0.0', 80, 'tcp'],
    ['without an address (Podman)', '30080/tcp', { HostIp: '', HostPort: '80' }, '0.0.0.0', 80, 'tcp'],
    ['with no address field at all', '30080/tcp', { HostPort: '80' }, '0.0.0.0', 80, 'tcp'],
    ['of all IPv6 addresses', '30080/tcp', { HostIp: '::', HostPort: '80' }, '::', 80, 'tcp'],
    ['of an IPv6 address in brackets', '30080/tcp', { HostIp: '[::1]', HostPort: '80' }, '::1', 80, 'tcp'],
    ['of loopback', '30080/tcp', { HostIp: '127.0.0.1', HostPort: '80' }, '127.0.0.1', 80, 'tcp'],
    ['of UDP', '30080/udp', { HostIp: '0.0.0.0', HostPort: '80' }, '0.0.0.0', 80, 'udp'],
    ['whose protocol is left out', '30080', { HostIp: '0.0.0.0', HostPort: '80' }, '0.0.0.0', 80, 'tcp'],
  ])('%s', (_, containerSide, hostSide, listenAddress, hostPort, protocol) => {
    expect(readBindings({ [containerSide]: [hostSide] })).toEqual([
      { listenAddress, hostPort, containerPort: 30080, protocol },
    ])
  })

  test.each([
    ['a port that is only exposed', { '30080/tcp': null }],
    ['a port whose bindings were lost', { '30080/tcp': [] }],
    ['a port that is routed without NAT', { '30080/tcp': [{ HostIp: '', HostPort: '' }] }],
    ['a port beyond the last one', { '70000/tcp': [{ HostIp: '', HostPort: '80' }] }],
    ['a host port beyond the last one', { '30080/tcp': [{ HostIp: '', HostPort: '70000' }] }],
    ['SCTP, which nobody probes', { '30080/sctp': [{ HostIp: '', HostPort: '80' }] }],
    ['null for all ports (Podman)', null],
    ['no ports field', undefined],
  ])('is not made from %s', (_, ports) => expect(readBindings(ports)).toEqual([]))

  test('is told once for each address and once when repeated', () => {
    const both = [
      { HostIp: '0.0.0.0', HostPort: '80' },
      { HostIp: '::', HostPort: '80' },
      { HostIp: '', HostPort: '80' },
    ]
    expect(readBindings({ '30080/tcp': both }).map((binding) => binding.listenAddress)).toEqual(['::', '0.0.0.0'])
  })
})

test.each([
  ['""', ''],
  ['0', '0'],
  ['a range', '8000-8010'],
])('a wish for port %s is a wish for any', (_, HostPort) => {
  expect(readWishedBindings({ '30080/tcp': [{ HostIp: '', HostPort }] })).toEqual([
    { listenAddress: '0.0.0.0', hostPort: 0, containerPort: 30080, protocol: 'tcp' },
  ])
})
