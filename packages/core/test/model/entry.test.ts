import { expect, test } from '@jest/globals'
import { isPortTarget, withoutKind } from '../../src/model/entry.ts'

test.each([
  ['host:30080', '30080'],
  ['host:53/udp', '53/udp'],
  ['host:127.0.0.2:30080', '127.0.0.2:30080'],
  ['node:kind-worker:30080', 'kind-worker:30080'],
  ['lb:172.18.0.240:53/udp', '172.18.0.240:53/udp'],
  ['lb:fd00::1:80', 'fd00::1:80'],
])('%s is the target of a port, which people call %s', (target, name) => {
  expect(isPortTarget(target)).toBe(true)
  expect(withoutKind(target)).toBe(name)
})

test.each([
  '30080',
  'pod:default/web:80',
  'host:',
  'host:x',
  'node:a',
  'lb:1.2.3.4',
  'host:30080 x',
  'node:a b:80',
  '',
])('%j is none', (text) => expect(isPortTarget(text)).toBe(false))
