import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, type SecureVersion } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import { CLOCK_HEADER } from '@portolan/core'
import { type Certificate, startSecureServer } from '@portolan/runtime'
import { createCarry } from '../src/carry.ts'

const TOKEN = 'a-token-that-no-stranger-sees'
const HOUR_MS = 60 * 60_000

let folder: string
let closing: (() => Promise<unknown> | void)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-trusted-'))
  writeFileSync(join(folder, 'token'), TOKEN)
  closing = []
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true })
})

const certificate = (host = 'localhost', endsInMs = HOUR_MS) =>
  makeCertificate(host, new Date(Date.now() - HOUR_MS), new Date(Date.now() + endsInMs))

function trust(...certificates: Certificate[]): void {
  writeFileSync(join(folder, 'ca.crt'), certificates.map(({ cert }) => cert).join(''))
}

/** What an agent asks with that goes to this port. */
function asking(port: number): () => Promise<unknown> {
  const collector = new URL(`https://localhost:${port}`)
  const carry = createCarry({ collector, tokenFile: join(folder, 'token'), trustFile: join(folder, 'ca.crt') })
  closing.push(carry.close)
  return () => carry({ method: 'POST', path: '/', headers: {}, body: 'facts', signal: AbortSignal.timeout(20_000) })
}

/** @returns the tokens that it was shown, and what holds its next answers back */
async function startCollector(shown: Certificate) {
  const tokens: unknown[] = []
  let ready: Promise<unknown> = Promise.resolve()
  const server = await startSecureServer(
    ({ headers }, response) => {
      tokens.push(headers['portolan-token'])
      const answer = () => response.setHeader(CLOCK_HEADER, '1').end('taken')
      ready.then(answer, answer)
    },
    { host: '127.0.0.1', port: 0 },
    { alsoPlain: false },
  )
  closing.push(server.stop)
  server.present(shown)
  return { ...server, tokens, holdBack: (until: Promise<unknown>) => void (ready = until) }
}

/** Accepts every handshake with this certificate, and keeps each byte that comes inside, and outside of it. */
async function startStranger(shown: Certificate, maxVersion: SecureVersion = 'TLSv1.3') {
  const inside: Buffer[] = []
  const ended: Promise<unknown>[] = []
  const server = createTlsServer({ ...shown, maxVersion })
  server.on('tlsClientError', () => {})
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => inside.push(Buffer.from(bytes)))
    ended.push(once(socket, 'close'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => void server.close())
  const text = async () => {
    await Promise.all(ended)
    return Buffer.concat(inside).toString()
  }
  return { port: (server.address() as { port: number }).port, text }
}

describe('a stranger at the address of the collector gets no token and not a byte of a request', () => {
  test.each<[string, SecureVersion, () => Promise<Certificate>]>([
    ['with a certificate of its own for the same name', 'TLSv1.3', () => certificate()],
    ['the same, where the server is the first that is done with the handshake', 'TLSv1.2', () => certificate()],
    ['with a certificate for another name', 'TLSv1.3', () => certificate('elsewhere')],
    ['with a certificate that has ended', 'TLSv1.3', () => certificate('localhost', -1000)],
  ])('%s', async (_, version, makeShown) => {
    trust(await certificate())
    const stranger = await startStranger(await makeShown(), version)
    const ask = asking(stranger.port)
    for (let time = 0; time < 5; time += 1) await expect(ask()).rejects.toThrow('its certificate is not trusted')
    expect(await stranger.text()).toBe('')
  })

  test('that shows a trusted certificate of another name', async () => {
    const elsewhere = await certificate('elsewhere')
    trust(elsewhere)
    const stranger = await startStranger(elsewhere)
    await expect(asking(stranger.port)()).rejects.toThrow('not trusted (ERR_TLS_CERT_ALTNAME_INVALID)')
    expect(await stranger.text()).toBe('')
  })

  test('that speaks no TLS', async () => {
    trust(await certificate())
    const heard: Buffer[] = []
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        heard.push(Buffer.from(bytes))
        socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(async () => void server.close())
    await expect(asking((server.address() as { port: number }).port)()).rejects.toThrow()
    expect(Buffer.concat(heard).toString('latin1')).not.toContain(TOKEN)
  })
})

describe('the certificates that are trusted', () => {
  test('are waited for while their file is empty or not there', async () => {
    const shown = await certificate()
    const collector = await startCollector(shown)
    const ask = asking(collector.port)
    await expect(ask()).rejects.toThrow('the certificate of the collector is not known yet')
    trust()
    await expect(ask()).rejects.toThrow('is empty')
    writeFileSync(join(folder, 'ca.crt'), 'no certificate')
    await expect(ask()).rejects.toThrow()
    trust(shown)
    expect(await ask()).toMatchObject({ status: 200, body: 'taken' })
    expect(collector.tokens).toEqual([TOKEN])
  })

  test('are the one that is shown and the next one, so that an exchange interrupts nothing', async () => {
    const [first, second] = [await certificate(), await certificate()]
    const collector = await startCollector(first)
    const ask = asking(collector.port)
    trust(first)
    expect(await ask()).toMatchObject({ status: 200 })
    trust(first, second)
    expect(await ask()).toMatchObject({ status: 200 })
    collector.present(second)
    expect(await ask()).toMatchObject({ status: 200 })
    trust(second)
    expect(await ask()).toMatchObject({ status: 200 })
  })

  test('change while a question waits for its answer, which still comes', async () => {
    const [first, second] = [await certificate(), await certificate()]
    const collector = await startCollector(first)
    const ask = asking(collector.port)
    trust(first)
    const later = Promise.withResolvers<void>()
    collector.holdBack(later.promise)
    const waiting = ask()
    while (collector.tokens.length === 0) await new Promise(setImmediate)
    collector.holdBack(Promise.resolve())
    trust(first, second)
    expect(await ask()).toMatchObject({ status: 200 })
    later.resolve()
    expect(await waiting).toMatchObject({ status: 200, body: 'taken' })
  })

  test('are no more those that were taken away', async () => {
    const first = await certificate()
    const collector = await startCollector(first)
    const ask = asking(collector.port)
    trust(first)
    expect(await ask()).toMatchObject({ status: 200 })
    trust(await certificate())
    await expect(ask()).rejects.toThrow('its certificate is not trusted')
    expect(collector.tokens).toHaveLength(1)
  })
})
