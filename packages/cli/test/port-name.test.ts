import { expect, test } from '@jest/globals'
import { readPortName } from '../src/port-name.ts'

test.each([
  ['30080', null, 'host:30080'],
  ['host:30080', null, 'host:30080'],
  ['53/udp', null, 'host:53/udp'],
  ['sea/30080', 'sea', 'host:30080'],
  ['sea2/host:53/udp', 'sea2', 'host:53/udp'],
  ['sea/127.0.0.2:30080', 'sea', 'host:127.0.0.2:30080'],
])('%s', (text, cluster, id) => {
  expect(readPortName(text)).toEqual({ cluster, id })
})
