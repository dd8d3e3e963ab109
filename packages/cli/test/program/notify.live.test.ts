import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import { portolan } from './portolan.ts'

const path = temporaryFolder()
const DOCUMENT = join(import.meta.dirname, '../../../../docs/webhook.md')
let receiver: ChildProcess | null = null
afterEach(() => void receiver?.kill())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts the receiver that the documentation shows. @returns what it prints */
async function startDocumented(port: number): Promise<() => string> {
  const code = /^```js\n([^]*?)^```/m.exec(readFileSync(DOCUMENT, 'utf8'))?.[1] ?? ''
  writeFileSync(path('receiver.mjs'), code.replace("'127.0.0.1')", "'127.0.0.1', () => console.log('listens'))"))
  receiver = spawn(process.execPath, [path('receiver.mjs')], { env: { PORT: String(port), KEY_FILE: path('key') } })
  let printed = ''
  receiver.stdout?.on('data', (text) => void (printed += String(text)))
  while (!printed.includes('listens')) await once(receiver.stdout ?? receiver, 'data')
  return () => printed
}

test('the receiver of the documentation takes a test message, and none that is signed with another key', async () => {
  const port = await freePort()
  writeFileSync(path('url'), `http://127.0.0.1:${port}/`)
  writeFileSync(path('key'), 'the-key-of-the-receiver\n')
  const printed = await startDocumented(port)
  const words = ['notify', '--test', `--webhook-url-file=${path('url')}`]

  const taken = await portolan([...words, `--webhook-key-file=${path('key')}`], {}).ended
  expect(taken).toMatchObject({ code: 0, out: '127.0.0.1 accepted the message (HTTP 200).' })
  expect(printed()).toContain('test none "This is a test')

  const refused = await portolan(words, { PORTOLAN_WEBHOOK_KEY: 'the-key-of-somebody-else' }).ended
  expect(refused).toMatchObject({ code: 1, out: '127.0.0.1 did not accept the message (HTTP 401).' })
})

test('a receiver that is not there is said to be away, without its address', async () => {
  const env = {
    PORTOLAN_WEBHOOK_URL: 'http://127.0.0.1:1/very-secret',
    PORTOLAN_WEBHOOK_KEY: 'the-key-of-the-receiver',
  }
  const { code, out, err } = await portolan(['notify', '--test'], env).ended
  expect(code).toBe(1)
  expect(out).toContain('The webhook cannot be reached')
  expect(out + err).not.toContain('very-secret')
})
