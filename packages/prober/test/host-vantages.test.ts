import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { chooseVantages, parseDefaultInterface } from '../src/host-vantages.ts'

function address(text: string): NetworkInterfaceInfo {
  const common = {
    address: text,
    netmask: '',
    mac: '',
    internal: text.startsWith('127.') || text === '::1',
    cidr: null,
  }
  return text.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' }
}

function interfaces(given: Record<string, string[]>) {
  return Object.fromEntries(Object.entries(given).map(([name, all]) => [name, all.map(address)]))
}

describe('the LAN address', () => {
  test.each([
    ['the only one', { lo: ['127.0.0.1'], eth0: ['192.0.2.2'] }, null, '192.0.2.2'],
    [
      "not an engine's bridge",
      { docker0: ['172.17.0.1'], 'br-0123456789ab': ['172.18.0.1'], eth0: ['192.0.2.2'] },
      null,
      '192.0.2.2',
    ],
    ['not even by default route', { cni0: ['10.88.0.1'], eth0: ['192.0.2.2'] }, 'cni0', '192.0.2.2'],
    ['a bridge that leads out', { 'br-lan': ['192.0.2.9'] }, null, '192.0.2.9'],
    ["the default route's", { eth0: ['192.0.2.2'], wlan0: ['198.51.100.7'] }, 'wlan0', '198.51.100.7'],
    ['the first without a default route', { eth0: ['192.0.2.2'], wlan0: ['198.51.100.7'] }, null, '192.0.2.2'],
    ['IPv4, not IPv6', { eth0: ['fd00::2', '192.0.2.2'] }, null, '192.0.2.2'],
    ['none that nobody gave out', { eth0: ['169.254.3.4'] }, null, null],
    ['none with loopback alone', { lo: ['127.0.0.1', '::1'] }, null, null],
  ])('is %s', (_, given, route, expected) => expect(chooseVantages(interfaces(given), route).lan).toBe(expected))
})

test.each([
  ['there', { lo: ['127.0.0.1', '::1'] }, true],
  ['turned off', { lo: ['127.0.0.1'], eth0: ['fd00::2'] }, false],
])('IPv6 loopback is %s', (_, given, expected) => {
  expect(chooseVantages(interfaces(given), null).loopback6).toBe(expected)
})

test('the addresses of the host are all but those of loopback', () => {
  const given = interfaces({
    lo: ['127.0.0.1', '::1'],
    eth0: ['192.0.2.2', 'fd00::2'],
    'br-0123456789ab': ['172.18.0.1'],
  })
  expect(chooseVantages(given, null).own).toEqual(['172.18.0.1', '192.0.2.2', 'fd00::2'])
})

describe("the default route's interface", () => {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
  const route = (name: string, destination: string, metric: number, mask: string) =>
    `${name}\t${destination}\t010200C0\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0   `

  test.each([
    ['of one', [route('eth0', '00000000', 0, '00000000'), route('docker0', '000011AC', 0, '0000FFFF')], 'eth0'],
    [
      'of the lowest metric',
      [route('wlan0', '00000000', 600, '00000000'), route('eth0', '00000000', 100, '00000000')],
      'eth0',
    ],
    ['of none', [route('eth0', '000200C0', 0, '00FFFFFF')], null],
    ['not of half of the internet, as VPNs route it', [route('tun0', '00000000', 0, '00000080')], null],
  ])('%s', (_, routes, expected) => expect(parseDefaultInterface([head, ...routes, ''].join('\n'))).toBe(expected))
})
