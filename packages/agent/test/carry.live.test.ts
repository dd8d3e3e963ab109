import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { CLOCK_HEADER } from '@portolan/core'
import { startHttpServer } from '@portolan/runtime'
import { createCarry } from '../src/carry.ts'

let folder: string
let closing: (() => Promise<void> | void)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-carry-'))
  writeFileSync(join(folder, 'token'), 'a-token')
  closing = []
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true })
})

/** @returns what asks a server that answers so, and from how many connections it was asked */
async function asking(answer: (response: ServerResponse) => void) {
  const ports = new Set<number | undefined>()
  const server = await startHttpServer(
    (request: IncomingMessage, response) => {
      ports.add(request.socket.remotePort)
      answer(response)
    },
    { host: '127.0.0.1', port: 0 },
  )
  const carry = createCarry({ collector: new URL(server.url), tokenFile: join(folder, 'token'), trustFile: null })
  closing.push(server.stop, carry.close)
  const ask = () => carry({ method: 'GET', path: '/', headers: {}, signal: AbortSignal.timeout(10_000) })
  return { ask, connections: () => ports.size }
}

describe('requests to the collector', () => {
  test('share a connection', async () => {
    const { ask, connections } = await asking((response) => response.setHeader(CLOCK_HEADER, '1').end('yes'))
    for (let time = 0; time < 3; time += 1) expect(await ask()).toMatchObject({ status: 200, body: 'yes' })
    expect(connections()).toBe(1)
  })

  test('leave a connection on which something else answers: a Service without rules may lead anywhere', async () => {
    const { ask, connections } = await asking((response) => response.writeHead(404).end('who are you?'))
    for (let time = 0; time < 3; time += 1) expect(await ask()).toMatchObject({ status: 404, body: 'who are you?' })
    expect(connections()).toBe(3)
  })

  test('give up an answer without an end, long before it fills the memory of the pod', async () => {
    let sent = 0
    const { ask } = await asking((response) => {
      const chunk = Buffer.alloc(256 * 1024, ' ')
      const more = (error?: Error | null): void => {
        if (error || response.destroyed) return
        sent += chunk.length
        response.write(chunk, more)
      }
      more()
    })
    await expect(ask()).rejects.toThrow('the answer is longer than 4 MiB')
    expect(sent).toBeLessThan(32 * 1024 * 1024)
  })
})
