import { expect, test } from '@jest/globals'
import { proxyNote } from '../src/proxy-note.ts'

const proxy = { http_proxy: 'http://me:secret@proxy.test:3128' }

test.each([
  ['no proxy is set', {}, ['127.0.0.1'], null],
  ['an empty one', { http_proxy: '' }, ['127.0.0.1'], null],
  ['the port is left out', { ...proxy, no_proxy: 'localhost, 127.0.0.1' }, ['127.0.0.1'], null],
  ['everything is left out', { ...proxy, NO_PROXY: '*' }, ['0.0.0.0', '::'], null],
  ['a port of a node by its name alone', proxy, ['node-1'], null],
])('nothing is said of a proxy where %s', (_, env, addresses, said) => {
  expect(proxyNote(env, addresses)).toBe(said)
})

test('a proxy that a client would ask for the port is named, with what leaves the port out, and without its password', () => {
  expect(proxyNote({ ...proxy, NO_PROXY: 'localhost' }, ['0.0.0.0', '::'])).toBe(
    'http_proxy is set: programs that follow it, such as curl, ask the proxy for 127.0.0.1, but the probes do not; NO_PROXY=127.0.0.1,::1 excludes it',
  )
  expect(proxyNote({ ALL_PROXY: 'socks5://proxy.test', NO_PROXY: '::1' }, ['0.0.0.0', '::'])).toContain(
    'ask the proxy for 127.0.0.1, but the probes do not; NO_PROXY=127.0.0.1 excludes it',
  )
})
