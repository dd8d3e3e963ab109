import type { IncomingMessage } from 'node:http'
import { RESOURCES, type ResourceInfo } from './resources.ts'

/** What a request is about. */
export interface ApiRequest {
  method: string
  resource: ResourceInfo
  /** Empty: all namespaces, or none at all. */
  namespace: string
  /** Empty: the collection. */
  name: string
  subresource: string
  query: URLSearchParams
  /** kubectl asked for rows to print. */
  table: boolean
  contentType: string
  body: unknown
}

/** null when no resource is served under this path. */
export async function readApiRequest(request: IncomingMessage, url: URL): Promise<ApiRequest | null> {
  const [, group = '', rest = ''] = /^\/(?:api|apis\/([^/]+))\/v1\/(.+)$/.exec(url.pathname) ?? []
  const parts = rest.split('/').map(decodeURIComponent)
  const scoped = parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status'
  const namespace = scoped ? (parts[1] ?? '') : ''
  const [plural, name = '', subresource = ''] = scoped ? parts.slice(2) : parts
  const resource = RESOURCES.find((one) => one.plural === plural && one.group === group)
  if (resource === undefined) return null
  const text = await readBody(request)
  return {
    method: request.method ?? 'GET',
    resource,
    namespace,
    name,
    subresource,
    query: url.searchParams,
    table: (request.headers.accept ?? '').includes('as=Table'),
    contentType: request.headers['content-type'] ?? '',
    body: text === '' ? null : JSON.parse(text),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
