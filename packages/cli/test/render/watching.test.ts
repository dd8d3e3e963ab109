import { expect, test } from '@jest/globals'
import { headingText, watchingText } from '../../src/render/watching.ts'
import { NOON } from '../views.ts'

const FACTS = {
  at: NOON,
  clusters: ['sea'],
  vantages: ['host/lan', 'host/loopback4'],
  access: 'context kind-sea of ~/.kube/config',
  store: '/state/portolan.db',
  page: 'http://127.0.0.1:9464',
  keyFile: null,
  ignored: [],
}

test('one cluster, on one line', () => {
  expect(watchingText(FACTS)).toBe(
    "Watching cluster sea at this host's LAN address, 127.0.0.1. Kubernetes API: context kind-sea of ~/.kube/config. Page and metrics: http://127.0.0.1:9464. Kept in /state/portolan.db.",
  )
})

test('two clusters, and one that was left out', () => {
  const text = watchingText({ ...FACTS, clusters: ['lake', 'sea'], ignored: ['pond'] })
  expect(text).toMatch(/^Watching 2 clusters \(lake, sea\) .* Not watched: pond\.$/)
})

test('where the key is that the page asks for', () => {
  expect(watchingText({ ...FACTS, keyFile: '/state/page.key' })).toContain(
    ' Page and metrics: http://127.0.0.1:9464. The page asks for the key in /state/page.key.',
  )
})

test('what is not there is not promised', () => {
  expect(watchingText({ ...FACTS, vantages: [], access: null, page: null, store: 'memory' })).toBe(
    'Watching cluster sea. Nothing is kept on disk.',
  )
})

test('above the live table it is one line', () => {
  const at = new Date(2026, 2, 1, 11, 58, 7).getTime()
  expect(headingText({ ...FACTS, at })).toBe('sea since 11:58:07  http://127.0.0.1:9464')
})
