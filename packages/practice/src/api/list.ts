import type { KubeObject } from '../objects.ts'
import type { ApiRequest } from './request.ts'
import { apiVersionOf } from './resources.ts'
import { readSelectors } from './selectors.ts'
import { ApiError, expired } from './status.ts'
import type { Store } from './store.ts'
import { asTable } from './table.ts'

/**
 * A list, or one page of it (`limit`, `continue`). Later pages carry the resourceVersion of the first, so that a watch
 * from there tells what changed meanwhile; a page after a compaction is gone.
 */
export function listObjects(store: Store, request: ApiRequest, now: number): object {
  const { resource, query } = request
  const token = readToken(query.get('continue') ?? '')
  const version = token?.version ?? store.version()
  if (store.since(version) === null) throw expired()
  const matches = matcher(request)
  const all = store
    .list(resource.plural)
    .filter((object) => matches(object) && (token === null || sortKey(object) > token.after))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  const limit = Number(query.get('limit') ?? 0)
  const page = limit > 0 ? all.slice(0, limit) : all
  if (request.table) return asTable(resource.plural, page, version, now)
  const metadata: Record<string, unknown> = { resourceVersion: String(version) }
  const last = page.at(-1)
  if (page.length < all.length && last !== undefined) {
    metadata.continue = Buffer.from(JSON.stringify({ version, after: sortKey(last) })).toString('base64url')
    metadata.remainingItemCount = all.length - page.length
  }
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: page.map(asItem) }
}

/** Whether an object is in the request's namespace and matches its selectors, and its name if it has one. */
export function matcher(request: ApiRequest): (object: KubeObject) => boolean {
  const selected = readSelectors(request.query)
  const { namespace, name } = request
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (name === '' || object.metadata.name === name) &&
    selected(object)
}

/** In a list only the list itself states its kind. */
function asItem(object: KubeObject): object {
  return { ...object, apiVersion: undefined, kind: undefined }
}

function sortKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function readToken(text: string): { version: number; after: string } | null {
  if (text === '') return null
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new ApiError(400, 'BadRequest', 'continue key is not valid')
  }
}
