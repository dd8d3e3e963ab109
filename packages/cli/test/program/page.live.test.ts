import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import { type Collector, createCollector, type PageAccess } from '@portolan/collector'
import { createLogger, systemClock } from '@portolan/runtime'
import { createWayToService, kubeconfigOf, NAMESPACE, temporaryFolder, type WayToService } from '@portolan/testing'
import { portolan, type Run } from './portolan.ts'

const HOUR_MS = 60 * 60_000
const made = () =>
  makeCertificate('portolan-collector.portolan.svc', new Date(Date.now() - HOUR_MS), new Date(Date.now() + HOUR_MS))
const certificate = await made()

const inFolder = temporaryFolder()
let api: Server
let way: WayToService
let collector: Collector
let trusted: string
/** What the API server says to who asks for a token. */
let mayAsk: boolean

async function startCollector(access: Partial<PageAccess> = {}): Promise<Collector> {
  const started = createCollector({
    store: ':memory:',
    listen: { host: '127.0.0.1', port: 0 },
    access: {
      keys: ['a-key-of-the-tests'],
      isPrivate: true,
      tokens: {
        hint: '',
        review: async (token) => {
          const who = /^token of (\S+)$/.exec(token)?.[1]
          const until = systemClock.now() + HOUR_MS
          return who === undefined ? null : { who, writes: who === 'portolan-annotator', until }
        },
      },
      ...access,
    },
    ingest: { listen: { host: '127.0.0.1', port: 0 }, tls: 'required', cluster: 'sea', authenticate: async () => null },
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    onAssign() {},
    onBurst() {},
    onChange() {},
  })
  await started.start()
  started.present(certificate)
  return started
}

beforeEach(async () => {
  trusted = certificate.cert
  mayAsk = true
  collector = await startCollector()
  way = createWayToService({
    trusted: () => trusted,
    portOf: (port) => (port === 9464 ? (collector.address?.port ?? null) : null),
  })
  api = createServer(({ url = '' }, response) => {
    const account = new RegExp(`^${NAMESPACE}/serviceaccounts/(.+)/token$`).exec(url)?.[1]
    const token = { token: `token of ${account}`, expirationTimestamp: new Date().toISOString() }
    const object = account === undefined ? way.object(url) : mayAsk ? { status: token } : null
    const refusal = { kind: 'Status', code: 403, message: `User "jane" cannot do that: ${url}` }
    response.writeHead(object === null ? 403 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(object ?? refusal))
  }).on('upgrade', (...upgrade) => way.forward(...upgrade))
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  writeFileSync(inFolder('config'), kubeconfigOf('sea', url))
})
afterEach(async () => {
  way.close()
  await collector.stop()
  api.closeAllConnections()
  api.close()
})

function page(words: string[] = [], env: NodeJS.ProcessEnv = {}): Run {
  return portolan(['page', '--cluster', 'sea', ...words], { KUBECONFIG: inFolder('config'), ...env })
}

async function addressOf(run: Run): Promise<URL> {
  const line = await run.line((one) => one.startsWith('Page of the collector in cluster sea: '))
  return new URL(line.replace(/^.*: (?=http)/, ''))
}

async function end(run: Run) {
  run.child.kill('SIGINT')
  return run.ended
}

function asked(address: URL, path: string, init: RequestInit = {}) {
  const session = new URLSearchParams(address.hash.slice(1)).get('key') ?? ''
  const headers = { authorization: `Bearer ${session}`, 'content-type': 'application/json' }
  return fetch(new URL(path, address), { headers, ...init })
}

const note = (address: URL) => asked(address, '/api/v1/notes', { method: 'POST', body: '{"text":"a drain"}' })

describe('portolan page', () => {
  test('leads to the page with a session of the user, until Ctrl-C', async () => {
    const run = page()
    const address = await addressOf(run)
    expect(address.hostname).toBe('127.0.0.1')
    expect(address.hash).toMatch(/^#key=\d+\.r\.[\w-]+\.[\w-]{43}$/)
    expect((await fetch(address)).headers.get('content-type')).toContain('text/html')
    expect((await asked(address, '/api/v1/targets')).status).toBe(200)
    expect((await fetch(new URL('/api/v1/targets', address))).status).toBe(401)
    expect((await note(address)).status).toBe(403)
    expect(await end(run)).toMatchObject({ code: 0, err: '' })
    await expect(fetch(address)).rejects.toThrow('fetch failed')
  })

  test('lets write notes where that is asked for, and only shows the token to the collector', async () => {
    const run = page(['--annotate'])
    const address = await addressOf(run)
    const written = await note(address)
    expect([written.status, ((await written.json()) as { author: string }).author]).toEqual([201, 'portolan-annotator'])
    expect((await end(run)).out).not.toContain('token of')
  })

  test('finds the collector again when it is another pod', async () => {
    const run = page()
    const address = await addressOf(run)
    await collector.stop()
    await expect(asked(address, '/api/v1/targets')).rejects.toThrow('fetch failed')
    await run.says(/The collector cannot be reached: pod portolan\/collector-1 does not take port 9464/)
    collector = await startCollector()
    expect((await asked(address, '/api/v1/targets')).status).toBe(200)
    await run.says(/The collector answers again/)
    expect((await end(run)).code).toBe(0)
  })

  test('says which right is missing for a session, and opens the page as everybody may see it', async () => {
    mayAsk = false
    const run = page()
    const address = await addressOf(run)
    expect(address.hash).toBe('')
    expect((await fetch(new URL('/healthz', address))).status).toBe(200)
    const { code, err } = await end(run)
    expect(code).toBe(0)
    expect(err).toContain('User "jane" cannot do that')
    expect(err).toContain('create serviceaccounts/token of portolan-viewer')
    expect(err).toContain(
      'kubectl --context=kind-sea --namespace=portolan create token portolan-viewer --audience=portolan-page',
    )
  })

  test('has the page opened by a browser, whose command has no key among its words', async () => {
    const opener = inFolder('bin/xdg-open')
    mkdirSync(dirname(opener))
    writeFileSync(
      opener,
      `#!/bin/sh\nprintf '%s\\n' "$*" > '${inFolder('words')}.new'\ncp "$1" '${inFolder('file')}'\nmv '${inFolder('words')}.new' '${inFolder('words')}'\n`,
    )
    chmodSync(opener, 0o755)
    const env = { DISPLAY: ':0', PATH: `${dirname(opener)}:${process.env['PATH']}` }
    const run = page([], env)
    const address = await addressOf(run)
    await exists('words')
    const [words, text] = [readFileSync(inFolder('words'), 'utf8'), readFileSync(inFolder('file'), 'utf8')]
    expect(words).toMatch(/portolan-page-\w+\/open\.html\n$/)
    expect(text).toContain(`content="0;url=${address.href}"`)
    await end(run)
    expect(() => readFileSync(words.trim())).toThrow('ENOENT')
  })
})

/** Looks again and again, as there is nobody who would say so. */
async function exists(name: string): Promise<void> {
  for (;;) {
    try {
      readFileSync(inFolder(name))
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

describe('portolan page opens nothing', () => {
  test('where somebody else answers in place of the collector, who hears nothing', async () => {
    trusted = (await made()).cert
    const { code, err, out } = await page().ended
    expect([code, out]).toEqual([3, ''])
    expect(err).toContain('its certificate is not trusted')
  })

  test.each<[string, string[], RegExp]>([
    ['with wrong options', ['--port', '70000', '--namespace', 'A_B'], /--namespace is "A_B"[^]*--port is "70000"/],
    ['for a context that is not there', ['--context', 'kind-bay'], /There is no context kind-bay/],
  ])('%s', async (_, words, says) => {
    const { code, err } = await page(words).ended
    expect(err).toMatch(says)
    expect(code).toBe(2)
  })

  test('at a port that somebody else has', async () => {
    const { port } = new URL(collector.address?.url ?? '')
    const { code, err } = await page(['--port', port]).ended
    expect([code, err]).toEqual([3, expect.stringContaining(`port ${port}`)])
  })
})
