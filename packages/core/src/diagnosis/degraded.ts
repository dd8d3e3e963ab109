import { badBackends } from '../causes/backends.ts'
import { balancerBackend } from '../causes/balancer-backend.ts'
import { badEndpoints, endpointBad } from '../causes/endpoint-bad.ts'
import { podsThere } from '../causes/own-node.ts'
import { isRunning, SETTLE_MS } from '../causes/context.ts'
import type { Outcome } from '../model/outcome.ts'
import { isFailing, seenAt } from '../probing/probe-history.ts'
import { buildContext, type WatchedCluster } from './build-context.ts'
import { isReachable } from '../model/symptom.ts'
import type { TrackedPoint } from '../probing/tracked-point.ts'
import type { WatchedPort } from './watched-port.ts'

/** The port answers, and not as it should: what is amiss, and the cause in brackets where it has one; null for nothing. */
export function degradedText(cluster: WatchedCluster, track: WatchedPort): string | null {
  const behind = badEndpoint(cluster, track) ?? badBackend(cluster, track)
  if (behind !== null) return behind
  for (const point of track.points) {
    const { role, history } = point
    if (role === 'note' || role === 'witness' || history.last === null || !isReachable(history.last.symptom)) continue
    const text = bySomebodyElse(track, point) ?? amiss(cluster, track, history.last) ?? staleFlow(track, history.last)
    if (text !== null) return text
  }
  return null
}

/** Some connections are answered, and agents see an endpoint that answers none. */
function badEndpoint(cluster: WatchedCluster, track: WatchedPort): string | null {
  const failing = track.agentPoints.filter(({ history }) => isFailing(history))
  if (failing.length === 0 || !track.points.some(({ history: { last } }) => last !== null && isReachable(last.symptom)))
    return null
  const context = buildContext(cluster, track, Math.max(...failing.map(({ history }) => seenAt(history) ?? 0)))
  if (!endpointBad.holds(context) || badEndpoints(context).length === 0) return null
  return `${endpointBad.summary(context)} (${endpointBad.cause})`
}

/** Some connections are answered, and others come to a node that answers none. */
function badBackend(cluster: WatchedCluster, track: WatchedPort): string | null {
  const { path, points } = track
  const isFailing = points.some(({ role, history }) => role === 'witness' && history.failures > 0)
  const answers = points.some(
    ({ role, history }) => role !== 'witness' && history.last !== null && isReachable(history.last.symptom),
  )
  if (path.balanced === null || !isFailing || !answers) return null
  const context = buildContext(cluster, track, Math.max(...points.map(({ history }) => seenAt(history) ?? 0)))
  return badBackends(context).length === 0 ? null : `${balancerBackend.summary(context)} (${balancerBackend.cause})`
}

function amiss(cluster: WatchedCluster, track: WatchedPort, last: Outcome): string | null {
  if (last.symptom === 'http_status') return `answers with HTTP status ${last.status ?? '?'}${proxySays(last.status)}`
  if (last.symptom === 'ok' && last.status === 404) return noSuchRoute(track)
  if (last.symptom === 'body_mismatch') return 'answers, but not as expected'
  if (last.symptom !== 'truncated') return null
  const there = podsThere(buildContext(cluster, track, last.run?.until ?? last.startedAt))
  return there.length > 0 && there.every((symptom) => symptom === 'ok')
    ? "its answers break off, and at the pods' own node they do not: large packets are lost on the way (mtu)"
    : 'its answers break off: the application ends them, or large packets are lost on the way (mtu)'
}

/** Source: RFC 9110, 15.6: what a gateway says whose upstream is away. */
function proxySays(status: number | undefined): string {
  const text: Record<number, string> = {
    404: ', as an ingress controller does if it has no route for the request',
    502: ', as a proxy does if its backend gives no valid answer',
    503: ', as a proxy does if it has no healthy backend',
    504: ', as a proxy does if its backend does not answer in time',
  }
  const found = text[status ?? 0]
  return found === undefined
    ? ''
    : `${found}: the path to it works, look at its routes and their backends (route_missing)`
}

/** A 404 is what every ingress controller says to who names no host; where the Service names what to ask for, it is news. */
function noSuchRoute({ speech }: WatchedPort): string | null {
  if (speech.expectStatus !== undefined || (speech.host === undefined && speech.path === undefined)) return null
  const asked = [speech.host, speech.path].filter((one) => one !== undefined).join('')
  return `answers with HTTP status 404 for ${asked}${proxySays(404)}`
}

/** The engine does not lead the port anywhere, and it is answered at the host all the same. */
function bySomebodyElse({ path, changedAt }: WatchedPort, { vantage, history }: TrackedPoint): string | null {
  const { mapping, container } = path
  if (vantage === 'host/node-address' || (mapping.inForce && isRunning(container))) return null
  if ((seenAt(history) ?? 0) < (changedAt ?? 0) + SETTLE_MS) return null
  const why = isRunning(container) ? 'the engine has no port binding for it' : `${container.name} is ${container.state}`
  return `is answered by another program that holds the host port: ${why} (port_taken)`
}

/** Over UDP who keeps his socket may be led to a pod that is gone, while who comes anew is not. */
function staleFlow({ path, changedAt }: WatchedPort, last: Outcome): string | null {
  if (path.mapping.protocol !== 'udp' || last.kept === undefined || last.kept === 'ok') return null
  const since = changedAt === null ? '' : ' since its pods changed'
  return `answers new flows, but not a flow that stays open${since}: clients that keep their socket are sent to a pod that is gone (stale_flow); let them open a new one, or clear the connection table (conntrack) of ${path.container.name}`
}
