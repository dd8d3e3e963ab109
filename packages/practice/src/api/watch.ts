import type { ServerResponse } from 'node:http'
import type { Clock } from '@portolan/core'
import type { KubeObject } from '../objects.ts'
import { matcher } from './list.ts'
import type { ApiRequest } from './request.ts'
import { apiVersionOf } from './resources.ts'
import { asStatus, expired } from './status.ts'
import type { Store, StoreEvent } from './store.ts'
import { asTable } from './table.ts'

/**
 * Streams changes as lines of JSON until the client leaves or `timeoutSeconds` are over. Without a resourceVersion (or
 * with 0) it begins with the objects that are there. An object that ceases to match a selector is told as DELETED.
 */
export function watchObjects(
  store: Store,
  request: ApiRequest,
  response: ServerResponse,
  clock: Clock,
  bookmarkEveryMs: number,
): void {
  const { resource, query } = request
  const matches = matcher(request)
  const render = (object: KubeObject) =>
    request.table ? asTable(resource.plural, [object], store.version(), clock.now()) : object
  const write = (type: string, object: object) => response.write(`${JSON.stringify({ type, object })}\n`)
  const tell = (event: StoreEvent) => {
    if (event.resource !== resource.plural) return
    const type = typeFor(event, matches)
    if (type !== null) write(type, render(event.object))
  }

  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache' })
  response.flushHeaders()
  const from = Number(query.get('resourceVersion') ?? 0)
  if (from === 0) {
    for (const object of store.list(resource.plural)) if (matches(object)) write('ADDED', render(object))
  } else {
    const missed = store.since(from)
    if (missed === null) {
      write('ERROR', asStatus(expired()))
      response.end()
      return
    }
    for (const event of missed) tell(event)
  }

  const ends = [store.subscribe(tell)]
  if (query.get('allowWatchBookmarks') === 'true') {
    const bookmark = () => {
      const metadata = { resourceVersion: String(store.version()), creationTimestamp: null }
      write('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata })
      ends[1] = clock.after(bookmarkEveryMs, bookmark)
    }
    ends[1] = clock.after(bookmarkEveryMs, bookmark)
  }
  const timeout = Number(query.get('timeoutSeconds') ?? 0)
  if (timeout > 0) ends[2] = clock.after(timeout * 1000, () => response.end())
  response.on('close', () => {
    for (const end of ends) end?.()
  })
}

function typeFor(event: StoreEvent, matches: (object: KubeObject) => boolean): StoreEvent['type'] | null {
  const is = matches(event.object)
  const was = event.before !== null && matches(event.before)
  if (event.type === 'DELETED') return was ? 'DELETED' : null
  if (is) return was ? 'MODIFIED' : 'ADDED'
  return was ? 'DELETED' : null
}
