import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { connect } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { type SecureServer, startHttpServer, startSecureServer } from '../src/http-server.ts'

test('serves on the port that the system gave, until it is stopped', async () => {
  const server = await startHttpServer((_request, response) => response.end('here'), { host: '127.0.0.1', port: 0 })
  expect(await (await fetch(server.url)).text()).toBe('here')
  await server.stop()
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
})

test('ends streams that are still open when it is stopped', async () => {
  const server = await startHttpServer((_request, response) => response.write('first'), { host: '127.0.0.1', port: 0 })
  const reader = (await fetch(server.url)).body?.getReader()
  await reader?.read()
  await server.stop()
  await expect(reader?.read()).rejects.toThrow('terminated')
})

test('a port that is taken is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await expect(startHttpServer(() => {}, { host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: `port ${port} on 127.0.0.1 is in use by another process`,
    hint: expect.stringContaining('choose another port'),
  })
  other.close()
})

test('a port that is taken at the last moment gives way to a free one where any will do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const server = await startHttpServer((_, response) => response.end('here'), { host: '127.0.0.1', port, orAny: true })
  expect(server.port).not.toBe(port)
  expect(await (await fetch(server.url)).text()).toBe('here')
  await server.stop()
  other.close()
})

test('an address that is not of this machine is named', async () => {
  await expect(startHttpServer(() => {}, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
    code: 'config_invalid',
    message: '192.0.2.1 is not an address of this machine',
  })
})

describe('over TLS', () => {
  const ANY_PORT = { host: '127.0.0.1', port: 0 }
  const certificate = () => makeCertificate('localhost', new Date(Date.now() - 1000), new Date(Date.now() + 60_000))
  let server: SecureServer

  async function start(alsoPlain: boolean): Promise<void> {
    server = await startSecureServer((_request, response) => response.end('here'), ANY_PORT, { alsoPlain })
  }
  afterEach(() => server.stop())

  async function ask(scheme: 'http' | 'https', ca = ''): Promise<string> {
    const to = { host: 'localhost', port: server.port, agent: false, ca }
    const asked = scheme === 'http' ? requestPlain(to) : requestSecure(to)
    const [answer] = (await once(asked.end(), 'response')) as [AsyncIterable<Buffer>]
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part)
    return Buffer.concat(parts).toString()
  }

  test.each([[true], [false]])(
    'shows the certificate that it was last given (plain HTTP as well: %s)',
    async (also) => {
      await start(also)
      const [first, second] = [await certificate(), await certificate()]
      await expect(ask('https', first.cert)).rejects.toThrow(/handshake failure/)
      server.present(first)
      expect(await ask('https', first.cert)).toBe('here')
      server.present(second)
      expect(await ask('https', second.cert)).toBe('here')
      await expect(ask('https', first.cert)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    },
  )

  test('plain HTTP is answered where that is offered, and nowhere else', async () => {
    await start(true)
    expect(await ask('http')).toBe('here')
    await server.stop()
    await start(false)
    server.present(await certificate())
    await expect(ask('http')).rejects.toThrow()
  })

  test.each([[true], [false]])(
    'who begins a handshake or a request and does not go on is let go (plain HTTP as well: %s)',
    async (also) => {
      await start(also)
      const own = await certificate()
      server.present(own)
      const handshake = connect(server.port, '127.0.0.1').resume()
      handshake.write(Buffer.from([22, 3, 1, 2, 0, 1]))
      const within = connectSecure({ port: server.port, host: 'localhost', ca: own.cert }).resume()
      within.write('GET / HTTP/1.1\r\nHost: localhost\r\n')
      const begun = [handshake, within]
      if (also) begun.push(connect(server.port, '127.0.0.1').resume())
      begun[2]?.write('GET / HTTP/1.1\r\nHost: localhost\r\n')
      await Promise.all(
        begun.map((socket) =>
          once(
            socket.on('error', () => {}),
            'close',
          ),
        ),
      )
    },
    30_000,
  )

  test('it stops though somebody is connected who says nothing, or is in the middle of an answer', async () => {
    server = await startSecureServer((_request, response) => response.write('first'), ANY_PORT, { alsoPlain: true })
    const silent = connect(server.port, '127.0.0.1')
    await once(silent, 'connect')
    const reader = (await fetch(server.url.replace('https', 'http'))).body?.getReader()
    await reader?.read()
    await server.stop()
    await expect(reader?.read()).rejects.toThrow('terminated')
  })
})
