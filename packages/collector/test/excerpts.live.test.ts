import { afterEach, expect, test } from '@jest/globals'
import type { Outcome } from '@portolan/core'
import { openStoreReader } from '../src/index.ts'
import { type RunningCollector, startCollector } from './running-collector.ts'
import { temporaryFolder } from '@portolan/testing'

const file = temporaryFolder()
let running: RunningCollector | null = null
afterEach(() => running?.collector.stop())

/** What is left of the outcome in the store. */
async function kept(more: Partial<Outcome>, excerpts?: boolean): Promise<string | undefined> {
  const store = file('excerpts.db')
  running = await startCollector({ store, ...(excerpts === undefined ? {} : { excerpts }) })
  running.take(...running.story.found(), running.story.probed('http_status', more))
  await running.collector.flush()
  const reader = openStoreReader(store)
  const facts = await reader.facts({ limit: 100 })
  reader.close()
  const [outcome] = facts.flatMap(({ fact }) => (fact.observed.kind === 'outcome' ? [fact.observed.outcome] : []))
  expect(outcome).toMatchObject({ symptom: 'http_status' })
  return outcome?.excerpt
}

test.each<[string, Partial<Outcome>, string | undefined]>([
  ['a server that fails', { status: 500, excerpt: 'password=secret' }, undefined],
  ['one that fails and breaks off', { excerpt: 'HTTP/1.1 502 Bad Gateway password=secret' }, undefined],
  ['one that says no', { status: 404, excerpt: 'not here' }, 'not here'],
  ['one that says much', { status: 404, excerpt: 'x'.repeat(400) }, 'x'.repeat(200)],
  ['one that says what no terminal should see', { status: 404, excerpt: 'a\u001b[2Jb\u202ec' }, 'a.[2Jb.c'],
])('of the answer of %s', async (_, more, expected) => expect(await kept(more)).toBe(expected))

test('of no answer where that is asked for', async () => {
  expect(await kept({ status: 404, excerpt: 'not here' }, false)).toBeUndefined()
})
