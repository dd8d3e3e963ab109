import {
  explainRoutes,
  readRoutes,
  type RouteExplanation,
  routesNote,
  type RouteView,
  type TargetExplanation,
  type TargetView,
} from '@portolan/core'
import { type Clusters, explanationsOf, targetsOf } from './clusters.ts'

/** The ports and routes as they are now, of one cluster or of all that are known. */
export interface Scene {
  targets(cluster: string | undefined): TargetView[] | Promise<TargetView[]>
  /** @param id a target's, with `CLUSTER/` in front if several clusters have it @returns one for each cluster that has it */
  explain(id: string, cluster: string | undefined): TargetExplanation[] | Promise<TargetExplanation[]>
  routes(cluster: string | undefined): RouteView[] | Promise<RouteView[]>
  /** Why there are not more routes, for people. */
  routeNotes(cluster: string | undefined): { cluster: string; text: string }[]
  explainRoutes(cluster: string | undefined): RouteExplanation[] | Promise<RouteExplanation[]>
}

/** Of clusters that are watched in this process. */
export function createLiveScene(clusters: Clusters, now: () => number): Scene {
  const states = (cluster: string | undefined) =>
    [...clusters.values()].map(({ state }) => state).filter(({ name }) => cluster === undefined || name === cluster)
  return {
    targets: (cluster) => targetsOf(clusters).filter((target) => cluster === undefined || target.cluster === cluster),
    explain: (id, cluster) =>
      explanationsOf(clusters, id, now()).filter(({ target }) => cluster === undefined || target.cluster === cluster),
    routes: (cluster) => states(cluster).flatMap(readRoutes),
    routeNotes: (cluster) =>
      states(cluster).flatMap((state) => {
        const text = routesNote(state)
        return text === null ? [] : [{ cluster: state.name, text }]
      }),
    explainRoutes: (cluster) => states(cluster).flatMap((state) => explainRoutes(state, now())),
  }
}
