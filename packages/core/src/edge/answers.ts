import type { Outcome } from '../model/outcome.ts'
import { isReachable } from '../model/symptom.ts'
import type { ProbeHistory } from '../probing/probe-history.ts'
import type { Door, RouteTrack } from './route-track.ts'

/** Every status but those by which an edge proxy speaks for itself, or an application for its trouble. */
export const WELL_STATUS = '100-403,405-499'

/** Which host no route has: RFC 2606 keeps `.invalid` free of names. */
export const CONTROL_HOST = 'no-such-route.portolan.invalid'

/**
 * It is what the edge proxy answers for a host that nobody has: the same status, server and page. An application may
 * well have the same page: a Go program and Traefik, nginx and nginx.
 */
export function isLikeControl(answer: Outcome, control: ProbeHistory): boolean {
  const other = control.last
  if (other === null || answer.answer === undefined || other.answer === undefined) return false
  return (
    answer.status === other.status &&
    answer.answer.server === other.answer.server &&
    answer.answer.body === other.answer.body &&
    (answer.answer.location === undefined) === (other.answer.location === undefined)
  )
}

/** The answer leads back to what was asked for. */
export function isLoop({ protocol, host, path }: RouteTrack, { status = 0, answer }: Outcome): boolean {
  if (status < 300 || status > 399 || answer?.location === undefined || protocol === null) return false
  // Not every host that is claimed is one, and a path may begin with two slashes.
  const from = URL.parse(`${protocol}://${probedHost(host) ?? 'portolan.invalid'}${path}`)
  const to = from === null ? null : URL.parse(answer.location, from)
  // The port on the host is another one than that which the edge proxy knows.
  return (
    from !== null &&
    to !== null &&
    to.protocol === from.protocol &&
    to.hostname === from.hostname &&
    to.pathname === from.pathname
  )
}

/** The Host to ask for: of a wildcard some name below it; undefined where any is taken. */
export function probedHost(host: string): string | undefined {
  if (host === '') return undefined
  return host.startsWith('*.') ? `portolan-probe.${host.slice(2)}` : host
}

export function isAnswered({ history: { last } }: Pick<RouteTrack, 'history'>): boolean {
  return last !== null && isReachable(last.symptom)
}

/** Something else than the application may have given it, or a client would not take it. */
export function isOdd(track: RouteTrack, door: Door): boolean {
  const { last } = track.history
  if (last === null) return false
  const isForOthers = track.secret !== null && last.answer?.certificate?.fits === false
  return isForOthers || isLoop(track, last) || isSuspicious(track, door)
}

/** Something else than the application may have given this answer. */
function isSuspicious(track: RouteTrack, door: Door): boolean {
  const { last } = track.history
  if (last === null) return false
  const status = last.status ?? 0
  return !isReachable(last.symptom) || status >= 500 || status === 404 || isLikeControl(last, door.control)
}
