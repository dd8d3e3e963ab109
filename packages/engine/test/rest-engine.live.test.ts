import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Engine } from '../src/engine.ts'
import { createRestEngine } from '../src/rest-engine.ts'

let folder: string
let server: Server
let engine: Engine
let status: number
let sent: number

/** An engine whose answers have no end. */
beforeEach(async () => {
  sent = 0
  folder = mkdtempSync(join(tmpdir(), 'portolan-endless-'))
  server = createServer((_request, response) => {
    response.writeHead(status)
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    const more = (error?: Error | null): void => {
      if (error || response.destroyed) return
      sent += chunk.length
      response.write(chunk, more)
    }
    more()
  })
  const path = join(folder, 'engine.sock')
  server.listen(path)
  await once(server, 'listening')
  engine = createRestEngine({ kind: 'unix', path }, 'linux')
})

afterEach(async () => {
  await engine.close()
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

const signal = new AbortController().signal

test.each<[string, number, (engine: Engine) => Promise<unknown>, RegExp]>([
  ['a list', 200, (one) => one.listNodes(signal), /the answer is longer than 16 MiB/],
  ['a refusal', 500, (one) => one.listNodes(signal), /^\/containers\/json answered 500: *$/],
  ['a refusal of events', 500, (one) => one.events(null, signal), /^\/events answered 500: *$/],
  [
    'an event',
    200,
    async (one) => Array.fromAsync(await one.events(null, signal)),
    /sent a line of more than 1048576 characters/,
  ],
])('%s without an end is given up within its bound', async (_, code, ask, message) => {
  status = code
  await expect(ask(engine)).rejects.toThrow(message)
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})
