import { ingressClassMissing, routeNotAccepted } from '../causes/route-causes.ts'
import { routeMissing } from '../causes/without-incident.ts'
import { listed } from '../causes/words.ts'
import type { Cause } from '../model/cause.ts'
import { isReachable } from '../model/symptom.ts'
import type { RouteHop } from '../model/view.ts'
import { seenAt } from '../probing/probe-history.ts'
import { joinService, servingNodes } from '../route/path.ts'
import { isLikeControl } from './answers.ts'
import { backendName, claimantOf, servicePortOf } from './claim.ts'
import type { EdgeCluster } from './follow-routes.ts'
import { incidentOfRoute, type RouteTrack } from './route-track.ts'

/** The way from the client through the edge proxy to the application; see hopsOf of a port for the states. */
export function routeHops(cluster: EdgeCluster, track: RouteTrack, at: number): RouteHop[] {
  const answered = track.history.last !== null && isReachable(track.history.last.symptom)
  const hop = (name: RouteHop['name'], state: RouteHop['state'], text: string, when: number | null = at): RouteHop => ({
    name,
    state,
    text,
    at: when,
  })
  const [door, edgeText] = doorHop(cluster, track)
  return [
    hop('client', 'green', 'this machine'),
    hop('host port', ...door),
    hop('edge proxy', answered ? 'green' : 'not seen', edgeText),
    hop('route', routeState(cluster, track, answered), routeText(track)),
    ...backendHops(cluster, track).map(([name, state, text]) => hop(name, state, text)),
    hop('application', track.state === 'up' ? 'green' : 'not seen', answerText(track), seenAt(track.history)),
  ]
}

type Standing = [state: RouteHop['state'], text: string]

/** The mapped port, and who takes connections there. */
function doorHop({ ports }: EdgeCluster, { door, why }: RouteTrack): [port: Standing, edge: string] {
  const port = door === null ? undefined : ports.tracks.get(door)
  if (port === undefined) return [['not seen', why ?? 'no mapped port'], 'no ready pod is known']
  const states = { up: 'green', flapping: 'green', down: 'red', unknown: 'not seen', by_design: 'not seen' } as const
  const pods = port.path.pods.filter(({ ready }) => ready).slice(0, 3)
  const edge = pods.map(({ name, node }) => `${name} on ${node ?? 'no node'}`)
  return [
    [states[port.state], `${port.path.mapping.target} is ${port.state}`],
    edge.length === 0 ? 'no ready pod is known' : listed(edge),
  ]
}

/** Causes that say that the edge proxy does not know the route. */
const NOT_KNOWN: readonly Cause[] = [routeMissing.cause, ingressClassMissing.cause, routeNotAccepted.cause]

function routeState(cluster: EdgeCluster, track: RouteTrack, answered: boolean): RouteHop['state'] {
  const { last } = track.history
  const door = track.door === null ? undefined : cluster.edge.doors.get(track.door)
  const isOwn = !(last !== null && door !== undefined && isLikeControl(last, door.control))
  if (track.state === 'up' || (answered && isOwn && last?.status !== 404)) return 'green'
  const cause = incidentOfRoute(cluster, track)?.cause
  return cause !== undefined && NOT_KNOWN.includes(cause) ? 'red' : 'not seen'
}

function routeText({ claims, className }: RouteTrack): string {
  const [claim, ...others] = claims
  const ofClass = claim.object.kind === 'IngressRoute' ? '' : `, class ${className ?? '(none)'}`
  return `${claimantOf(claim)}${ofClass}${others.length > 0 ? `, and ${others.length} more` : ''}`
}

function backendHops(
  { inventory }: EdgeCluster,
  { claims: [claim] }: RouteTrack,
): ['service' | 'endpoint', ...Standing][] {
  const nothing: ['endpoint', ...Standing] = ['endpoint', 'not seen', 'nothing to look for']
  if (claim.backend === null) return [['service', 'not seen', 'the backend is not a Service'], nothing]
  const { service, port } = servicePortOf(inventory, claim)
  const name = `${backendName(claim)} port ${claim.backend.port || '(none)'}`
  if (service === null) return [['service', 'red', `${name}: there is none`], nothing]
  if (port === null) return [['service', 'red', `${name}: it has no such port`], nothing]
  const nodes = servingNodes(joinService(inventory, { kind: 'nodePort', service, port }))
  return [
    ['service', 'green', name],
    nodes.length > 0 ? ['endpoint', 'green', `ready on ${listed(nodes)}`] : ['endpoint', 'red', 'no endpoint is ready'],
  ]
}

function answerText({ state, history: { last } }: RouteTrack): string {
  if (last === null) return 'not asked yet'
  const said = last.status === undefined ? last.symptom : `HTTP ${last.status}`
  return state === 'up' ? `answered with ${said}` : `the answer is ${said}`
}
