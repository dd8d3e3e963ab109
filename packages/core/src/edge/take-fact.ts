import type { Inventory } from '../cluster/inventory.ts'
import { storeOf } from '../cluster/inventory.ts'
import { keysOf } from '../cluster/keys.ts'
import type { Effect } from '../model/effect.ts'
import type { Observation } from '../model/fact.ts'
import { keyOf } from '../model/snapshot.ts'
import { burst, type EdgeCluster, followRoutes, replaceRoutes } from './follow-routes.ts'
import { judgeRoute } from './judge-route.ts'
import { MOST_NAMED, type RouteTrack } from './route-track.ts'
import { hasRoutes } from './routes.ts'
import { takeAnswer } from './take-answer.ts'

/** What an object was found by before it changes; empty where no route cares. */
export function keysBefore({ inventory, edge }: EdgeCluster, observed: Observation): string[] {
  if (observed.kind !== 'object' || observed.object.kind === 'Event') return []
  if (!hasRoutes(inventory) && edge.tracks.size === 0) return []
  const known = storeOf(inventory as Inventory, observed.object.kind).get(keyOf(observed.object))
  return known === undefined ? [] : keysOf(known)
}

/** Takes in, after the ports did, what a fact says of the routes behind them. */
export function takeForRoutes(
  cluster: EdgeCluster,
  observed: Observation,
  { before, at, isLate }: { before: readonly string[]; at: number; isLate: boolean },
  effects: Effect[],
): void {
  const { edge } = cluster
  switch (observed.kind) {
    case 'outcome':
      takeAnswer(cluster, observed.outcome, at, isLate, effects)
      break
    case 'tick':
      judgeAll(cluster, at, effects)
      break
    case 'protocol':
      if (edge.tracks.size > 0) replaceRoutes(cluster, null, at, effects)
      break
    case 'listed':
    case 'object':
    case 'containers':
    case 'vantages':
      followRoutes(cluster, observed, before, at, effects)
      break
    default:
  }
  nameRoutes(cluster, effects)
}

function judgeAll(cluster: EdgeCluster, at: number, effects: Effect[]): void {
  if (isForgotten(cluster)) replaceRoutes(cluster, null, at, effects)
  for (const track of cluster.edge.tracks.values()) {
    const was = track.state
    judgeRoute(cluster, track, at, effects)
    // Its port answers again.
    if (was === 'down' && track.state === 'unknown') burst(cluster, [track], effects)
  }
}

/** After a fault nothing counts as asked for. */
function isForgotten({ edge, probing }: EdgeCluster): boolean {
  return [...edge.tracks.values()].some(({ plan, target }) => plan !== null && !probing.plans.has(target))
}

/** The incident of a port lists the routes behind it, which have none of their own. */
function nameRoutes({ edge, ports }: EdgeCluster, effects: Effect[]): void {
  if (edge.tracks.size === 0) return
  for (const effect of effects) {
    if (effect.kind !== 'announce' || !('incident' in effect.change)) continue
    const { target, incident } = effect.change
    const behind = routesBehind(edge.tracks.values(), target)
    if (behind.length === 0) continue
    incident.routes = { count: behind.length, names: behind.slice(0, MOST_NAMED).map(({ name }) => name) }
    const open = ports.tracks.get(target)?.incident
    if (open?.id === incident.id) open.routes = incident.routes
  }
}

function routesBehind(tracks: Iterable<RouteTrack>, target: string): RouteTrack[] {
  return [...tracks].filter(({ door }) => door === target)
}
