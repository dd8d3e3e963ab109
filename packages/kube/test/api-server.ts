import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Resource } from '@portolan/core'
import { WATCHED } from '../src/resources.ts'

export interface ApiObject {
  metadata: { name: string; namespace?: string; uid: string; resourceVersion?: string }
}

interface Change {
  version: number
  resource: Resource
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: ApiObject
  /** Watches never hear of it: the fault that comparing is there for. */
  kept: boolean
}

/** A real HTTP server that lists and watches as Kubernetes does, with the faults that a real one has on its bad days. */
export async function createApiServer() {
  const changes: Change[] = []
  const requests: { resource: Resource; query: URLSearchParams }[] = []
  const watches = new Map<ServerResponse, Resource>()
  const forbidden = new Set<Resource>()
  const ending = new Set<Resource>()
  const unknown = new Set<Resource>()
  let server = createServer()
  let version = 100
  /** Watches from before this version are told that it is gone. */
  let oldest = 0
  let pageSize = Number.POSITIVE_INFINITY
  let token = 'first'
  let hangs = false
  let expiredPages = 0
  let badAnswer: (resource: Resource, isWatch: boolean) => { status: number; body: string } | null = () => null

  function stateAt(at: number, resource: Resource): ApiObject[] {
    const state = new Map<string, ApiObject>()
    for (const change of changes.filter((one) => one.resource === resource && one.version <= at)) {
      const name = `${change.object.metadata.namespace}/${change.object.metadata.name}`
      if (change.type === 'DELETED') state.delete(name)
      else state.set(name, change.object)
    }
    return [...state.values()]
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://server')
    const resource = WATCHED.find((one) => one.path === url.pathname)?.name
    if (hangs) return
    const kinds = WATCHED.filter(({ path, name }) => path === `${url.pathname}/${name}` && !unknown.has(name))
    if (kinds.length > 0) return void response.end(JSON.stringify({ resources: kinds.map(({ name }) => ({ name })) }))
    if (!resource || unknown.has(resource)) return refuse(response, 404, 'no such path')
    if (request.headers.authorization !== `Bearer ${token}`) return refuse(response, 401, 'Unauthorized')
    if (forbidden.has(resource)) return refuse(response, 403, `${resource} is forbidden`)
    const bad = badAnswer(resource, url.searchParams.has('watch'))
    if (bad !== null) return void response.writeHead(bad.status, { 'content-type': 'text/plain' }).end(bad.body)
    requests.push({ resource, query: url.searchParams })
    if (url.searchParams.has('watch')) watch(resource, Number(url.searchParams.get('resourceVersion')), response)
    else listPage(resource, url.searchParams, response)
  }

  function refuse(response: ServerResponse, code: number, message: string): void {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ kind: 'Status', code, message }))
  }

  function listPage(resource: Resource, query: URLSearchParams, response: ServerResponse): void {
    if (query.has('continue') && expiredPages-- > 0) return refuse(response, 410, 'the continue token is too old')
    const [at, start] = query.has('continue')
      ? (query.get('continue') ?? '').split('/').map(Number)
      : [Number(query.get('resourceVersion') ?? version), 0]
    const all = stateAt(at ?? 0, resource)
    const end = (start ?? 0) + Math.min(pageSize, Number(query.get('limit')))
    const metadata = { resourceVersion: String(at), ...(end < all.length && { continue: `${at}/${end}` }) }
    response.end(JSON.stringify({ kind: 'List', metadata, items: all.slice(start, end) }))
  }

  function watch(resource: Resource, from: number, response: ServerResponse): void {
    response.writeHead(200)
    response.flushHeaders()
    if (ending.has(resource)) return void response.end()
    watches.set(response, resource)
    response.on('close', () => watches.delete(response))
    if (from < oldest) return sendExpired(response)
    for (const change of changes)
      if (change.resource === resource && change.version > from && !change.kept) send(response, change)
  }

  function send(response: ServerResponse, line: { type: string; object: unknown }): void {
    response.write(`${JSON.stringify({ type: line.type, object: line.object })}\n`)
  }

  function sendExpired(response: ServerResponse): void {
    send(response, { type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old resource version' } })
    end(response)
  }

  function end(response: ServerResponse): void {
    watches.delete(response)
    response.end()
  }

  function watchesOf(resource: Resource): ServerResponse[] {
    return [...watches].filter(([, one]) => one === resource).map(([response]) => response)
  }

  function change(type: Change['type'], resource: Resource, object: ApiObject, kept: boolean): void {
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } }
    const made: Change = { version, resource, type, object: stamped, kept }
    changes.push(made)
    if (!kept) for (const response of watchesOf(resource)) send(response, made)
  }

  async function listen(port: number): Promise<void> {
    server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }

  await listen(0)
  let port = (server.address() as AddressInfo).port

  return {
    url: () => `http://127.0.0.1:${port}`,
    /** Requests that were let in, in order. */
    requests,
    watching: (resource: Resource) => watchesOf(resource).length > 0,
    pages: (size: number) => void (pageSize = size),
    /** The next page after a first one is refused. */
    expireNextPage: () => void (expiredPages = 1),
    add: (resource: Resource, object: ApiObject) => change('ADDED', resource, object, false),
    modify: (resource: Resource, object: ApiObject) => change('MODIFIED', resource, object, false),
    remove: (resource: Resource, object: ApiObject) => change('DELETED', resource, object, false),
    addUnsaid: (resource: Resource, object: ApiObject) => change('ADDED', resource, object, true),
    removeUnsaid: (resource: Resource, object: ApiObject) => change('DELETED', resource, object, true),
    bookmark(resource: Resource) {
      const object = { metadata: { resourceVersion: String(version) } }
      for (const response of watchesOf(resource)) send(response, { type: 'BOOKMARK', object })
    },
    version: () => String(version),
    /** As the server does of itself after the watch's timeout. */
    endWatches(resource: Resource) {
      for (const response of watchesOf(resource)) end(response)
    },
    endEveryWatchOf: (resource: Resource) => void ending.add(resource),
    dropWatches(resource: Resource) {
      for (const response of watchesOf(resource)) {
        watches.delete(response)
        response.destroy()
      }
    },
    expireWatches(resource: Resource) {
      for (const response of watchesOf(resource)) sendExpired(response)
    },
    forgetHistory: () => void (oldest = version),
    forbid: (resource: Resource) => void forbidden.add(resource),
    permit: (resource: Resource) => void forbidden.delete(resource),
    /** There is no such kind. */
    undefine: (resource: Resource) => void unknown.add(resource),
    define: (resource: Resource) => void unknown.delete(resource),
    acceptToken: (accepted: string) => void (token = accepted),
    /** Accepts connections and never answers. */
    hang: () => void (hangs = true),
    recover: () => void (hangs = false),
    /** Answers so instead of as it should, but where it is null. */
    answerBadly: (answer: typeof badAnswer) => void (badAnswer = answer),
    answerWell: () => void (badAnswer = () => null),
    /** Says a line to those who watch, as it is. */
    sayLine(resource: Resource, line: string) {
      for (const response of watchesOf(resource)) response.write(`${line}\n`)
    },
    dropConnections: () => server.closeAllConnections(),
    async down() {
      await closed(server)
    },
    async up() {
      await listen(port)
    },
    async moveToAnotherPort() {
      await closed(server)
      await listen(0)
      port = (server.address() as AddressInfo).port
    },
  }
}

export type ApiServer = Awaited<ReturnType<typeof createApiServer>>

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
