import { expect, test } from '@jest/globals'
import { readPortName } from '../src/port-name.ts'

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
