import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect as connectSocket, createServer, type Server as SocketServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import { createWayToService, kubeconfigOf, silentLog, temporaryFolder, type WayToService } from '@portolan/testing'
import { createKubeClient, findCluster, type KubeClient } from '../src/index.ts'
import { createTestClock } from './test-clock.ts'

const HOUR_MS = 60 * 60_000
const HOST = 'portolan-collector.portolan.svc'
const made = (host = HOST, endsInMs = HOUR_MS) =>
  makeCertificate(host, new Date(Date.now() - HOUR_MS), new Date(Date.now() + endsInMs))
const own = await made()
const theirs = await made()
const over = await made(HOST, -1000)
const ofAnother = await made('another.portolan.svc')

const inFolder = temporaryFolder()
let api: Server
let way: WayToService
let client: KubeClient
let pod: SocketServer | null
let heard: string
let trusted: string
/** What the API server answers in place of the objects. */
let answers: (path: string) => { code: number; object: object } | null

beforeEach(async () => {
  pod = null
  heard = ''
  trusted = own.cert
  answers = () => null
  way = createWayToService({ trusted: () => trusted, portOf: () => (pod === null ? null : portOf(pod)) })
  api = createHttpServer(({ url = '' }: IncomingMessage, response) => {
    const { code, object } = answers(url) ?? { code: 200, object: way.object(url) ?? {} }
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(object))
  }).on('upgrade', (...upgrade) => way.forward(...upgrade))
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const file = inFolder('config')
  writeFileSync(file, kubeconfigOf('sea', `http://127.0.0.1:${portOf(api)}`))
  const access = findCluster({ cluster: 'sea', env: { KUBECONFIG: file } })
  client = createKubeClient({ access, clock: createTestClock().clock, log: silentLog })
})
afterEach(() => {
  way.close()
  pod?.close()
  api.closeAllConnections()
  api.close()
})

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}

function echo(socket: Duplex): void {
  socket.on('error', () => {})
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString()
    socket.write(`you said ${bytes.toString()}`)
  })
}

async function startPod(certificate: typeof own | null): Promise<void> {
  pod = certificate === null ? createServer(echo) : createTlsServer(certificate, echo)
  pod.on('tlsClientError', () => {})
  pod.listen(0, '127.0.0.1')
  await once(pod, 'listening')
}

const connect = (tls = true) =>
  client.connectToService({ namespace: 'portolan', service: 'portolan-collector', port: 9465, tls })

async function saysHello(stream: Duplex): Promise<string> {
  stream.write('hello')
  const [bytes] = (await once(stream, 'data')) as [Buffer]
  stream.destroy()
  return bytes.toString()
}

describe('a connection to a Service', () => {
  test('leads to its pod, which has shown the certificate that is trusted', async () => {
    await startPod(own)
    expect(await saysHello(await connect())).toBe('you said hello')
  })

  test('without TLS leads to its pod, whoever that is', async () => {
    await startPod(null)
    expect(await saysHello(await connect(false))).toBe('you said hello')
  })

  test('is read by nobody on the way', async () => {
    await startPod(own)
    const [behind, passed] = [portOf(pod as SocketServer), [] as Buffer[]]
    const relay = createServer((socket) => {
      const next = connectSocket(behind, '127.0.0.1')
      for (const one of [socket, next]) one.on('error', () => {}).on('data', (bytes) => passed.push(Buffer.from(bytes)))
      socket.pipe(next).pipe(socket)
    })
    relay.listen(0, '127.0.0.1')
    await once(relay, 'listening')
    const server = pod
    pod = relay
    expect(await saysHello(await connect())).toBe('you said hello')
    expect(passed.length).toBeGreaterThan(2)
    expect(Buffer.concat(passed).toString('latin1')).not.toContain('hello')
    server?.close()
  })

  test('ends where the pod ends it', async () => {
    await startPod(own)
    const stream = await connect()
    stream.resume()
    way.close()
    await once(stream, 'close')
    expect(stream.destroyed).toBe(true)
  })

  test.each([
    ['another certificate for the same name', theirs],
    ['one for another name', ofAnother],
    ['one that is over', over],
  ])('is none where the pod shows %s, and nothing is sent there', async (_, shown) => {
    trusted = own.cert + ofAnother.cert + over.cert
    await startPod(shown)
    await expect(connect()).rejects.toMatchObject({ code: 'service_untrusted', message: /certificate is not trusted/ })
    expect(heard).toBe('')
  })

  test('is none where nothing speaks TLS', async () => {
    await startPod(null)
    const message = expect.stringContaining('it has no certificate yet, or speaks no TLS (ERR_SSL_')
    await expect(connect()).rejects.toMatchObject({ code: 'service_unready', message })
  })

  test('is none where nothing listens in the pod', async () => {
    const message = 'pod portolan/collector-1 does not take port 9465: nothing listens there'
    await expect(connect()).rejects.toMatchObject({ code: 'service_unready', message })
  })

  test('is none until a certificate is known', async () => {
    trusted = ''
    await startPod(own)
    const message = expect.stringContaining('ConfigMap portolan/portolan-trust is empty')
    await expect(connect()).rejects.toMatchObject({ code: 'service_unready', message })
  })

  test.each([
    [403, 'api_forbidden'],
    [404, 'api_not_found'],
  ])('is none where the API server says %d', async (code, expected) => {
    answers = () => ({ code, object: { kind: 'Status', code, message: 'configmaps "portolan-trust"' } })
    await expect(connect()).rejects.toMatchObject({ code: expected })
  })

  test('is none where the API server leads to no pod', async () => {
    await startPod(own)
    api.removeAllListeners('upgrade')
    answers = (path) =>
      path.includes('portforward') ? { code: 403, object: { kind: 'Status', code: 403, message: 'not you' } } : null
    await expect(connect()).rejects.toMatchObject({ code: 'api_forbidden', message: /not you/ })
  })
})

describe('the pod of a Service', () => {
  const endpoint = (name: string, conditions: object, kind = 'Pod') => ({ conditions, targetRef: { kind, name } })
  const leaving = endpoint('collector-0', { ready: false, terminating: true })
  const starting = endpoint('collector-2', { ready: false })
  const ready = endpoint('collector-1', { ready: true })

  test.each([
    ['one that is ready', [leaving, starting, ready], true],
    ['one that is not ready yet, where none is', [leaving, { ...starting, targetRef: ready.targetRef }], true],
    ['none that leaves', [leaving], false],
    ['no machine outside', [endpoint('collector-1', { ready: true }, 'Node'), { conditions: null }], false],
    ['none where there is none', [], false],
  ])('is %s', async (_, endpoints, isThere) => {
    await startPod(own)
    answers = (path) => (path.includes('endpointslices') ? { code: 200, object: { items: [{ endpoints }] } } : null)
    const connected = connect().then(saysHello)
    if (isThere) expect(await connected).toBe('you said hello')
    else await expect(connected).rejects.toMatchObject({ code: 'service_unready', message: /no pod is behind/ })
  })
})
