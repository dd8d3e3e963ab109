import { expect, test } from '@jest/globals'
import { readPortSpec } from '../src/port-spec.ts'

const shown = (text: string) =>
  readPortSpec(text)?.map(
    ({ listenAddress, hostPort, containerPort, protocol }) =>
      `${listenAddress} ${hostPort} ${containerPort}/${protocol}`,
  ) ?? null

test.each([
  ['8080:80', ['0.0.0.0 8080 80/tcp']],
  ['8080:80/udp', ['0.0.0.0 8080 80/udp']],
  ['127.0.0.1:8080:80', ['127.0.0.1 8080 80/tcp']],
  ['127.0.0.1::80', ['127.0.0.1 0 80/tcp']],
  ['[::1]:8080:80', ['::1 8080 80/tcp']],
  ['80', ['0.0.0.0 0 80/tcp']],
  ['8000-8001:30000-30001', ['0.0.0.0 8000 30000/tcp', '0.0.0.0 8001 30001/tcp']],
])('%s publishes %j', (text, ports) => expect(shown(text)).toEqual(ports))

test.each([
  '',
  'web',
  '8080:80/icmp',
  '8000-8002:80-81',
  '81-80',
  '8080:0',
  '8080:70000',
  '1.2.3:80:80',
  'localhost:80:80',
])('%s publishes nothing: Docker refuses it', (text) => expect(readPortSpec(text)).toBeNull())

test('a long text without an end takes no long time', () => {
  expect(readPortSpec('1.'.repeat(1_000_000))).toBeNull()
})
