import { expect, test } from '@jest/globals'
import { namedPorts, readPortName } from '../src/port-name.ts'

test.each([
  ['30080', null, '30080'],
  ['host:30080', null, '30080'],
  ['53/udp', null, '53/udp'],
  ['sea/30080', 'sea', '30080'],
  ['sea2/host:53/udp', 'sea2', '53/udp'],
  ['sea/127.0.0.2:30080', 'sea', '127.0.0.2:30080'],
  ['worker:30080', null, 'worker:30080'],
  ['sea/node:worker:30080', 'sea', 'worker:30080'],
  ['lb:172.18.0.240:80', null, '172.18.0.240:80'],
])('%s', (text, cluster, name) => {
  expect(readPortName(text)).toEqual({ cluster, name })
})

test('of many ports those that end as what was asked for are named first, and not all', () => {
  const names = Array.from({ length: 200 }, (_, index) => `shop/worker:${30000 + index}`)
  const text = namedPorts(names, '30150')
  expect(text).toMatch(/^shop\/worker:30150, shop\/worker:30000, /)
  expect(text).toMatch(/ and 180 more$/)
})
