import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { post } from '../../src/notify/post.ts'
import { startReceiver } from './receiver.ts'

const send = (url: URL, signal = new AbortController().signal) => post(url, { headers: {}, body: '{}', signal })

test('a redirect is an answer, and nothing is sent to where it leads', async () => {
  const [first, second] = [await startReceiver(), await startReceiver()]
  first.answers = [{ status: 307, headers: { location: second.url.href } }]
  expect(await send(first.url)).toMatchObject({ status: 307 })
  expect(second.all).toEqual([])
})

test('a receiver that asks for a pause is heard', async () => {
  const receiver = await startReceiver()
  receiver.answers = [{ status: 429, headers: { 'retry-after': '30' } }]
  expect(await send(receiver.url)).toEqual({ status: 429, retryAfterMs: 30_000 })
})

test.each([
  'http://169.254.169.254/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[fd20:ce::254]/',
  'http://0.0.0.0:9464/',
])('nothing is sent to %s, where a machine tells secrets to itself', async (url) => {
  await expect(send(new URL(url))).rejects.toThrow('has an address to which Portolan sends no webhook')
})

test('no fault tells the path of the address, which may be a secret', async () => {
  const receiver = await startReceiver()
  const url = new URL(receiver.url)
  url.port = '1'
  await expect(send(url)).rejects.toThrow(/^(?!.*never-shown)/)
})

test('a receiver that answers with an upgrade is a fault, and is not waited for', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 101 Upgrade\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(send(new URL(`http://127.0.0.1:${port}/`))).rejects.toThrow('127.0.0.1 gave no answer')
  server.close()
})

test('it can be ended', async () => {
  const receiver = await startReceiver()
  await expect(send(receiver.url, AbortSignal.abort())).rejects.toThrow(/abort/i)
  expect(receiver.all).toEqual([])
})
