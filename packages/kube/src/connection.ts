import { statSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { Log } from '@portolan/core'
import type { WebSocket } from 'ws'
import { readBeginning } from '@portolan/base'
import type { Credentials } from './credentials.ts'
import { WayRefused } from './client/pod-port.ts'
import { Failure, messageOf, refusedBy, unreachable } from './failure.ts'
import type { KubeAccess } from './find-cluster.ts'
import type { WatchedResource } from './resources.ts'
import { readStatus } from './status.ts'

/** A path with its query on the API server, and what to send there. */
export interface Asked {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  signal: AbortSignal
}

/** The authenticated way to the API server. */
export interface Connection {
  /** As the kubeconfig says now. */
  server(): string
  /** Another answer after `refresh` means another cluster, of which the old resource versions say nothing. */
  cluster(): string
  /** Reads the kubeconfig again if one of its files changed. */
  refresh(): void
  /** Answers whatever the status is, with the body yet to be read. Rejects with a Failure, or as `signal` aborts. */
  request(asked: Asked): Promise<IncomingMessage>
  /** Opens a WebSocket that speaks `protocol`. Rejects with WayRefused, or with a Failure. */
  openSocket(path: string, protocol: string, onMessage: (message: Buffer) => void): Promise<WebSocket>
  /** Answers with the body of a 200, yet to be read. Rejects with a Failure, or as `signal` aborts. */
  get(resource: WatchedResource, query: URLSearchParams, signal: AbortSignal): Promise<IncomingMessage>
}

/** Reads the kubeconfig again also when the API server refuses the credentials: a new token needs no restart. */
export function createConnection(first: KubeAccess, log: Log): Connection {
  let access = first
  let files = fingerprint(access.config.files)
  let credentials: Promise<Credentials> | null = null

  function renew(): void {
    files = fingerprint(access.config.files)
    credentials = null
    try {
      access = access.config.readAgain()
    } catch (error) {
      log.warn({ error, context: access.context }, 'the kubeconfig changed and cannot be used; keeping the old one')
    }
  }

  async function send({ method, path, headers, body, signal }: Asked): Promise<IncomingMessage> {
    const { server } = access
    const url = new URL(server.replace(/\/+$/, '') + path)
    const options = await authorize()
    const sent = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, {
      ...options,
      method,
      headers: { ...headers, ...(options.headers as Record<string, string>) },
      signal,
    })
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    sent.on('response', resolve)
    sent.on('error', (error) => reject(unreachable(server, error)))
    sent.end(body)
    return promise
  }

  async function request(asked: Asked): Promise<IncomingMessage> {
    const used = access
    const response = await send(asked)
    if (response.statusCode !== 401) return response
    response.resume()
    if (used === access) renew()
    return send(asked)
  }

  async function authorize(): Promise<RequestOptions> {
    try {
      credentials ??= load(access)
      return await (await credentials)()
    } catch (error) {
      credentials = null
      throw new Failure('unauthorized', `no credentials for ${access.context}: ${messageOf(error)}`, error)
    }
  }

  return {
    server: () => access.server,
    cluster: () => JSON.stringify(access.config.cluster),
    refresh() {
      if (fingerprint(access.config.files) !== files) renew()
    },
    request,
    async openSocket(path, protocol, onMessage) {
      const { server } = access
      const { openWebSocket } = await import('./web-socket.ts')
      const url = server.replace(/\/+$/, '').replace(/^http/, 'ws') + path
      return openWebSocket(url, protocol, await authorize(), onMessage).catch((error: unknown) => {
        throw error instanceof WayRefused ? error : unreachable(server, error)
      })
    },
    async get(resource, query, signal) {
      if (resource.fieldSelector !== null) query.set('fieldSelector', resource.fieldSelector)
      const response = await request({ method: 'GET', path: `${resource.path}?${query.toString()}`, signal })
      if (response.statusCode === 200) return response
      throw refusedBy(access.server, response.statusCode ?? 0, await reasonIn(response), resource.name)
    },
  }
}

/** Loading the library takes most of a second and 60 MB: only when a cluster is really watched. */
async function load(access: KubeAccess): Promise<Credentials> {
  const { createCredentials } = await import('./credentials.ts')
  return createCredentials(access.config)
}

function fingerprint(files: string[]): string {
  return files.map(stampOf).join()
}

function stampOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino}:${size}:${mtimeMs}`
  } catch {
    return 'unreadable'
  }
}

const MOST_OF_REASON_BYTES = 64 * 1024

/** The message of a Status object, or the beginning of whatever came instead. */
async function reasonIn(response: IncomingMessage): Promise<string> {
  const body = await readBeginning(response, MOST_OF_REASON_BYTES)
  return readStatus(body)?.message ?? body.slice(0, 100)
}
