import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createWayToService, NAMESPACE } from './way-to-service.ts'

const INGEST_PORT = 9465
const ACCOUNT = `${NAMESPACE}/serviceaccounts/portolan-prober/token`

/** A fact as it was stored, and of which stream. */
export interface StoredFact<Observed> {
  source: string
  boot: string
  sequence: number
  at: number
  observed: Observed
}

type Stream = Pick<StoredFact<unknown>, 'source' | 'boot'>

/**
 * A real HTTP server that issues tokens and leads to a collector as the API server does, and a collector that shows this
 * certificate, which is trusted: it stores facts once each, and hands out one assignment.
 */
export async function startApiWithCollector<Observed extends { kind: string }>(certificate: {
  cert: string
  key: string
}) {
  const stored: StoredFact<Observed>[] = []
  const batches: string[] = []
  const looking = new Set<() => void>()
  const polls = new Set<() => void>()
  const orders = { collector: 'first', version: 1, assignment: { plans: [], peers: [] } as object, bursts: [] }
  const secure = createSecureServer(certificate, collect)
  const way = createWayToService({
    trusted: () => certificate.cert,
    portOf: (port) => (port === INGEST_PORT ? portOf(secure) : null),
  })
  let server = createApi()
  let installed = true
  let refusal: { code: number; message: string } | null = null
  let losesReceipts = false
  let tokens = 0

  function createApi(): Server {
    return createServer(answer).on('upgrade', way.forward)
  }

  function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    if (url === ACCOUNT) return issueToken(response)
    const object = way.object(url)
    if (object === null) return refuse(response, 404, `no such path: ${url}`)
    if (!installed) return refuse(response, 404, 'configmaps "portolan-trust" not found')
    if (refusal !== null) return refuse(response, refusal.code, refusal.message)
    reply(response, 200, object)
  }

  function refuse(response: ServerResponse, code: number, message: string): void {
    reply(response, code, { kind: 'Status', code, message })
  }

  function reply(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json', 'portolan-clock': String(Date.now()) })
    response.end(JSON.stringify(body))
  }

  function issueToken(response: ServerResponse): void {
    if (!installed) return refuse(response, 404, 'serviceaccounts "portolan-prober" not found')
    tokens += 1
    reply(response, 201, { status: { token: `token-${tokens}`, expirationTimestamp: new Date().toISOString() } })
  }

  function collect(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://collector')
    if (request.headers['portolan-token'] !== `token-${tokens}`) return reply(response, 403, { detail: 'who are you?' })
    if (url.pathname === '/api/v1/ingest') {
      text(request).then((body) => ingest(body, response), response.destroy.bind(response))
      return
    }
    const { collector, version } = orders
    const isKnown = url.searchParams.get('collector') === collector && url.searchParams.get('after') === String(version)
    if (!isKnown || url.searchParams.get('wait') === '0') return reply(response, 200, orders)
    const end = () => reply(response, 200, orders)
    polls.add(end)
    response.on('close', () => polls.delete(end))
  }

  function ingest(body: string, response: ServerResponse): void {
    batches.push(body)
    const { source, boot, facts } = JSON.parse(body) as Stream & { facts: StoredFact<Observed>[] }
    for (const fact of facts) {
      const isKnown = stored.some((one) => one.boot === boot && one.sequence === fact.sequence)
      if (!isKnown) stored.push({ ...fact, source, boot })
    }
    for (const look of looking) look()
    if (losesReceipts) response.destroy()
    else reply(response, 200, { acknowledged: facts.at(-1)?.sequence ?? 0 })
  }

  async function listen(port: number): Promise<number> {
    server = createApi()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return portOf(server)
  }

  secure.listen(0, '127.0.0.1')
  await once(secure, 'listening')
  secure.unref()
  const port = await listen(0)

  return {
    url: `http://127.0.0.1:${port}`,
    stored,
    /** As they came, again and again. */
    batches,
    assign(assignment: object) {
      orders.version += 1
      orders.assignment = assignment
      for (const end of polls) end()
    },
    install: () => void (installed = true),
    uninstall: () => void (installed = false),
    /** What the API server says where it is asked the way to the collector; null: it leads there. */
    refuse: (how: { code: number; message: string } | null) => void (refusal = how),
    /** Stores, and then breaks off without an answer. */
    loseReceipts: (does: boolean) => void (losesReceipts = does),
    /** The first stored fact that fits, from now or before. */
    async until(fits: (fact: StoredFact<Observed>) => boolean): Promise<StoredFact<Observed>> {
      const { promise, resolve } = Promise.withResolvers<StoredFact<Observed>>()
      const look = () => {
        const found = stored.find(fits)
        if (found !== undefined) resolve(found)
      }
      looking.add(look)
      look()
      return promise.finally(() => looking.delete(look))
    },
    async down() {
      way.close()
      await closed(server)
    },
    up: () => listen(port),
  }
}

export type ApiWithCollector<Observed extends { kind: string }> = Awaited<
  ReturnType<typeof startApiWithCollector<Observed>>
>

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  await promise
}

/** A kubeconfig whose one context leads there. */
export function kubeconfigOf(cluster: string, server: string): string {
  const name = `kind-${cluster}`
  return JSON.stringify({
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token: 'admin' } }],
  })
}
