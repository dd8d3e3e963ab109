import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@portolan/core'
import type { Deployment, KubeObject } from '../objects.ts'
import { admit } from './admission.ts'
import { deleteObject, EVICTION } from './deletion.ts'
import { discover } from './discovery.ts'
import { listObjects } from './list.ts'
import { createPodWays, type PodWays, type ReachPod } from './pod-ways.ts'
import { applyPatch } from './patch.ts'
import { type ApiRequest, readApiRequest } from './request.ts'
import { ApiError, asStatus, notFound } from './status.ts'
import type { Draft, Store } from './store.ts'
import { asTable } from './table.ts'
import { watchObjects } from './watch.ts'

export interface ApiServer {
  /** @returns the port on 127.0.0.1: a free one the first time, the same again after a stop */
  start(): Promise<number>
  /** Ends every connection, watches too. */
  stop(): Promise<void>
}

/** The part of the Kubernetes API that watchers and `kubectl get, delete, patch, scale, cordon, drain` use. */
export function createApiServer(store: Store, clock: Clock, bookmarkEveryMs: number, reach: ReachPod): ApiServer {
  const ways = createPodWays(store, reach)
  const server = createServer((request, response) => {
    answer(store, ways, clock, bookmarkEveryMs, request, response).catch((error: unknown) => {
      const known = error instanceof ApiError ? error : new ApiError(400, 'BadRequest', String(error))
      send(response, known.code, asStatus(known))
    })
  })
  server.on('upgrade', ways.upgrade)
  let port = 0
  return {
    async start() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      server.once('error', reject).listen(port, '127.0.0.1', resolve)
      await promise
      server.off('error', reject)
      port = (server.address() as AddressInfo).port
      return port
    },
    async stop() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      ways.stop()
      await promise
    },
  }
}

async function answer(
  store: Store,
  ways: PodWays,
  clock: Clock,
  bookmarkEveryMs: number,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://practice')
  const discovered = discover(url.pathname)
  if (discovered !== null) return send(response, 200, discovered)
  if (/^\/(healthz|readyz|livez)/.test(url.pathname)) return send(response, 200, 'ok')
  if (ways.proxy(message, response, url.pathname)) return
  const request = await readApiRequest(message, url)
  if (request === null) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource')
  const watches = request.query.get('watch')
  if (request.method === 'GET' && (watches === 'true' || watches === '1')) {
    return watchObjects(store, request, response, clock, bookmarkEveryMs)
  }
  const result = handle(store, request, clock.now())
  send(response, request.method === 'POST' ? 201 : 200, result)
}

function handle(store: Store, request: ApiRequest, now: number): object {
  if (request.name === '') {
    if (request.method === 'GET') return listObjects(store, request, now)
    if (request.method === 'POST') return create(store, request)
    throw unsupported(request)
  }
  const object = store.get(request.resource.plural, request.namespace, request.name)
  if (object === null) throw notFound(request.resource.plural, request.name)
  if (request.subresource === 'scale') return scale(store, request, object as Deployment)
  if (request.subresource === 'eviction') {
    deleteObject(store, 'pods', object, now, { disruption: EVICTION })
    return { kind: 'Status', apiVersion: 'v1', status: 'Success' }
  }
  switch (request.method) {
    case 'GET':
      return request.table ? asTable(request.resource.plural, [object], store.version(), now) : object
    case 'PATCH':
      return change(store, request, (copy) => applyPatch(copy, request.body, request.contentType))
    case 'PUT':
      return replace(store, request, object)
    case 'DELETE':
      deleteObject(store, request.resource.plural, object, now, graceOf(request))
      return store.get(request.resource.plural, request.namespace, request.name) ?? object
    default:
      throw unsupported(request)
  }
}

function create(store: Store, request: ApiRequest): object {
  const draft: Draft<'statefulsets'> = admit(request.resource.plural, request.body)
  const namespaced = request.resource.namespaced ? { namespace: request.namespace || 'default' } : {}
  const created = store.create(request.resource.plural, {
    ...draft,
    metadata: { ...draft.metadata, ...namespaced },
  } as never)
  if (created === null) {
    throw new ApiError(409, 'AlreadyExists', `${request.resource.plural} "${draft.metadata.name}" already exists`)
  }
  return created
}

function replace(store: Store, request: ApiRequest, object: KubeObject): object {
  const wanted: KubeObject = admit(request.resource.plural, request.body)
  const version = wanted.metadata.resourceVersion
  if (version && version !== object.metadata.resourceVersion) {
    throw new ApiError(409, 'Conflict', 'the object has been modified; apply your changes to the latest version')
  }
  return change(store, request, () => wanted)
}

/** The scale subresource: `kubectl scale` patches it. */
function scale(store: Store, request: ApiRequest, object: Deployment): object {
  const view = (deployment: Deployment) => ({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: deployment.metadata,
    spec: { replicas: deployment.spec.replicas },
    status: { replicas: deployment.status.replicas },
  })
  if (request.method === 'GET') return view(object)
  const wanted = applyPatch(view(object), request.body, request.method === 'PUT' ? 'put' : request.contentType)
  const changed = change(store, request, (copy) => {
    ;(copy as Deployment).spec.replicas = wanted.spec.replicas
    return copy
  })
  return view(changed as Deployment)
}

function change(store: Store, { resource, namespace, name }: ApiRequest, to: (copy: KubeObject) => KubeObject): object {
  const changed = store.update(resource.plural as 'statefulsets', namespace, name, (copy) =>
    admit(resource.plural, to(copy)),
  )
  if (changed === null) throw notFound(resource.plural, name)
  return changed
}

function graceOf(request: ApiRequest): { graceSeconds?: number } {
  const body = request.body as { gracePeriodSeconds?: number } | null
  const asked = request.query.get('gracePeriodSeconds') ?? body?.gracePeriodSeconds
  return asked === undefined || asked === null ? {} : { graceSeconds: Number(asked) }
}

function unsupported(request: ApiRequest): ApiError {
  return new ApiError(405, 'MethodNotAllowed', `${request.method} is not supported here`)
}

function send(response: ServerResponse, code: number, body: object | string): void {
  if (response.headersSent) return void response.end()
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(code, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }).end(text)
}
