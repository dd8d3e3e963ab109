import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Collector, openStore } from '@portolan/collector'
import { pageKeys } from '../../src/page-key.ts'
import { serveStore } from '../page/serve-store.ts'
import { portolan } from './portolan.ts'

let folder: string
let key: string
let closing: (() => Promise<unknown> | void)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-note-'))
  key = pageKeys(folder, null)[0]
  closing = []
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
})

const note = () => portolan(['note', 'a drain', '--state', folder]).ended

async function startCollector(store: string): Promise<Collector> {
  const { collector } = await serveStore(store, { access: { keys: [key], isPrivate: false } })
  closing.push(collector.stop)
  return collector
}

/** As a Portolan that was killed leaves its store, with another program at its port now. @returns all that this one hears */
async function leaveStoreTo(listener: RequestListener): Promise<string[]> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
    if (request.method === 'POST') text(request).then((body) => heard.push(body), response.destroy.bind(response))
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = await openStore(join(folder, 'portolan.db'))
  await store.introduce({ pid: 1, startedAt: 0, url })
  store.close()
  return heard
}

test('a note is taken by the Portolan that has the key of its folder', async () => {
  await startCollector(join(folder, 'portolan.db'))
  expect(await note()).toMatchObject({ code: 0, out: expect.stringMatching(/^Noted until /) })
})

describe('another program that took the port of a Portolan that was killed', () => {
  test.each<[string, RequestListener]>([
    ['says yes to everything', (_, response) => response.end('{"proofs":[],"to":"2030-01-01T00:00:00Z","targets":[]}')],
    ['says nothing that makes sense', (_, response) => response.end('hello')],
    ['leads elsewhere', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end()],
    ['says no', (_, response) => response.writeHead(404).end()],
  ])('hears neither the key nor the note where it %s', async (_, listener) => {
    const heard = await leaveStoreTo(listener)
    expect(await note()).toMatchObject({ code: 3, out: '', err: expect.stringContaining('the note was not sent') })
    expect(heard).toEqual([expect.stringMatching(/^GET \/api\/v1\/proof\?nonce=/)])
    expect(heard.join()).not.toContain(key)
  })

  test('hears nothing where the folder has no key by which to know it', async () => {
    rmSync(join(folder, 'page.key'))
    const heard = await leaveStoreTo((_, response) => response.end('{}'))
    expect(await note()).toMatchObject({ code: 3, err: expect.stringContaining('the note was not sent') })
    expect(heard).toEqual([])
  })

  test('is not believed for what it had another Portolan with the same key say', async () => {
    const { address } = await startCollector(':memory:')
    const heard = await leaveStoreTo(({ url }, response) => {
      fetch(`${address?.url}${url}`).then(async (answer) => response.end(await answer.text()), response.destroy)
    })
    expect(await note()).toMatchObject({ code: 3, err: expect.stringContaining('the note was not sent') })
    expect(heard).toHaveLength(1)
  })
})
