import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { silentLog } from '@portolan/testing'
import { WebSocketServer } from 'ws'
import { createKubeClient, findCluster, type KubeClient, WayRefused } from '../src/index.ts'
import { type ClientServer, json, startClientServer, status } from './client-server.ts'
import { createTestClock } from './test-clock.ts'

const TO = { namespace: 'shop', pod: 'web-1', port: 8080 }

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'client-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function clientOf(url: string): KubeClient {
  const file = join(folder, 'config')
  const text = {
    contexts: [{ name: 'kind-sea', context: { cluster: 'sea', user: 'sailor' } }],
    clusters: [{ name: 'sea', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'sailor', user: { token: 'secret' } }],
  }
  writeFileSync(file, JSON.stringify(text))
  const access = findCluster({ cluster: 'sea', env: { KUBECONFIG: file } })
  return createKubeClient({ access, clock: createTestClock().clock, log: silentLog })
}

describe('the pod proxy', () => {
  let server: ClientServer
  const ask = (scheme: 'http' | 'https' = 'http') =>
    clientOf(server.url).askPod(TO, { scheme, path: '/live', signal: new AbortController().signal })

  beforeEach(async () => {
    server = await startClientServer()
  })
  afterEach(() => server.stop())

  test('asks the pod at its port, in its own words', async () => {
    server.replies(json(200, {}))
    expect(await ask()).toEqual({ symptom: 'ok', status: 200 })
    await ask('https')
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/namespaces/shop/pods/web-1:8080/proxy/live',
      'GET /api/v1/namespaces/shop/pods/https:web-1:8080/proxy/live',
    ])
  })

  test.each([
    ['dial tcp 10.244.1.2:8081: connect: connection refused', 'refused'],
    ['dial tcp 10.244.1.2:8081: i/o timeout', 'connect_timeout'],
    ['dial tcp 10.244.1.2:8081: connect: no route to host', 'unreachable'],
    ['read tcp 10.0.0.1:1->10.244.1.2:8081: read: connection reset by peer', 'reset'],
    ['EOF', 'closed'],
    ['net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"', 'ok'],
    ['something new', 'local_error'],
  ])('of a pod that does not answer the API server says: %s', async (words, symptom) => {
    server.replies(status(503, `error trying to reach service: ${words}`))
    expect(await ask()).toEqual({ symptom, detail: words })
  })

  test('an error of the application is an answer', async () => {
    server.replies(json(503, { error: 'no stock' }))
    expect(await ask()).toEqual({ symptom: 'ok', status: 503 })
  })

  test.each([
    [403, true],
    [404, false],
  ])('%d of the API server itself is no answer of the pod', async (code, isForbidden) => {
    server.replies(status(code, 'pods "web-1" is forbidden: no'))
    const error = await ask().catch((one: unknown) => one)
    expect(error).toBeInstanceOf(WayRefused)
    expect(error).toMatchObject({ isForbidden, message: 'pods "web-1" is forbidden: no' })
  })
})

describe('a port-forward', () => {
  let http: Server
  let url: string
  let asked: string[]
  /** What the kubelet does once it has the order. */
  let kubelet: (say: (channel: number, text: string) => void, heard: Promise<string>) => void

  beforeEach(async () => {
    asked = []
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' })
    http = createServer((_, response) =>
      response.writeHead(403).end('{"kind":"Status","code":403,"message":"not you"}'),
    )
    http.on('upgrade', (request, socket, head) => {
      asked.push(`${request.url} ${request.headers.authorization}`)
      sockets.handleUpgrade(request, socket, head, (opened) => {
        for (const channel of [0, 1]) opened.send(Buffer.of(channel, 0x90, 0x1f))
        const heard = once(opened, 'message').then(([message]) => message.subarray(1).toString())
        kubelet((channel, text) => opened.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)])), heard)
      })
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  })
  afterEach(() => {
    http.closeAllConnections()
    http.close()
  })

  test('carries bytes both ways', async () => {
    kubelet = (say, heard) => void heard.then((text) => say(0, `you said ${text}`))
    const stream = clientOf(url).forwardPort(TO)
    await once(stream, 'connect')
    stream.write('hello')
    expect(String((await once(stream, 'data'))[0])).toBe('you said hello')
    expect(asked).toEqual(['/api/v1/namespaces/shop/pods/web-1/portforward?ports=8080 Bearer secret'])
    stream.destroy()
  })

  test.each([
    ['failed to connect to localhost:8080: dial tcp4 127.0.0.1:8080: connect: connection refused', 'ECONNREFUSED'],
    ['network namespace for sandbox is closed', 'EFORWARD'],
  ])('ends with what the kubelet says: %s', async (words, code) => {
    kubelet = (say) => say(1, words)
    const [error] = await once(clientOf(url).forwardPort(TO), 'error')
    expect(error).toMatchObject({ code, message: words })
  })

  test('that is not permitted says so', async () => {
    http.removeAllListeners('upgrade')
    const stream = clientOf(url).forwardPort(TO)
    const [error] = await once(stream, 'error')
    expect(error).toMatchObject({ isForbidden: true, message: 'not you' })
  })

  test('that is let go before it was opened opens nothing', async () => {
    kubelet = () => {}
    const stream = clientOf(url).forwardPort(TO)
    stream.destroy()
    await once(stream, 'close')
    expect(stream.destroyed).toBe(true)
  })
})
