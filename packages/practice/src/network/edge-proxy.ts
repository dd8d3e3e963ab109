import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Store } from '../api/store.ts'
import type { Ingress } from '../objects.ts'

/** An application that requests are handed on to. */
export interface Backend {
  answer(request: IncomingMessage, response: ServerResponse): void
  frozen(): boolean
}

/** What becomes of a connection from the proxy's node to a pod. */
export type Reached = { kind: 'answer'; application: Backend } | { kind: 'reject' | 'drop' | 'stall' }

/** What an edge proxy does with a request: it hands it to an application, answers itself, or waits for nobody. */
export type Handed = { to: Backend } | { status: 404 | 502 | 503 } | { status: null }

/**
 * Leads a request where the Ingresses of a class say, as a controller does: 404 for a host and path that none claims, 503
 * where nobody is behind it, 502 where the pod refuses.
 */
export function handOn(
  store: Store,
  className: string,
  { host, path }: { host: string; path: string },
  reach: (pod: { uid: string; node: string }) => Reached,
): Handed {
  const claims = store
    .list('ingresses')
    .filter(({ spec }) => spec.ingressClassName === className)
    .flatMap(claimsOf)
    .filter((claim) => (claim.host === '' || claim.host === host) && path.startsWith(claim.path))
    .sort((a, b) => b.host.length - a.host.length || b.path.length - a.path.length)
  const [claim] = claims
  if (claim === undefined) return { status: 404 }
  const pods = podsBehind(store, claim)
  const [pod] = pods
  if (pod === undefined) return { status: 503 }
  const fate = reach(pod)
  if (fate.kind === 'answer' && !fate.application.frozen()) return { to: fate.application }
  return { status: fate.kind === 'reject' ? 502 : null }
}

interface PlacedClaim {
  namespace: string
  host: string
  path: string
  service: string
  port: number | string
}

function claimsOf({ metadata, spec }: Ingress): PlacedClaim[] {
  return (spec.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({
      namespace: metadata.namespace ?? '',
      host,
      path,
      service: backend.service?.name ?? '',
      port: backend.service?.port?.number ?? backend.service?.port?.name ?? '',
    })),
  )
}

function podsBehind(store: Store, { namespace, service: name, port }: PlacedClaim): { uid: string; node: string }[] {
  const service = store
    .list('services')
    .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  const wanted = service?.spec.ports.find((one) => one.port === port || one.name === port)
  if (wanted === undefined) return []
  return store
    .list('endpointslices')
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
    )
    .filter((slice) => slice.ports.some((one) => one.name === (wanted.name ?? '')))
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ conditions }) => conditions?.ready !== false)
    .map(({ targetRef, nodeName = '' }) => ({ uid: targetRef?.uid ?? '', node: nodeName }))
}

/** Answers a request as the edge proxy, by what became of it. */
export function serveAsEdge(handed: Handed, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('server', 'practice-edge')
  if ('to' in handed) handed.to.answer(request, response)
  else if (handed.status !== null) {
    response
      .writeHead(handed.status, { 'content-type': 'text/html' })
      .end(`<h1>${handed.status} by the edge proxy</h1>\n`)
  }
}
