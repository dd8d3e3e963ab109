import type { ReachDocument, RouteDocument } from '../documents.ts'

type Shown = Pick<RouteDocument, 'state' | 'cause' | 'status' | 'degraded' | 'note'>

/** A broken route has the sign of a dark port: colour alone is not enough, and the words beside it do. */
export function markOf({ state }: Pick<RouteDocument, 'state'>): ReachDocument['state'] {
  return state === 'broken' ? 'down' : state
}

/** `answers with 200`, `broken: route_backend_missing`, and what is to be said of one that is neither. */
export function routeWords({ state, cause, status, degraded, note }: Shown): string {
  if (cause !== null) return `${state === 'down' ? 'dark' : state}: ${cause}`
  if (degraded !== null) return degraded
  if (state === 'up') return status === null ? 'answers' : `answers with ${status}`
  return note ?? state
}
