import { type ClusterState, type Outcome, readRoutes, type RouteView, type TargetState } from '@portolan/core'
import type { Families } from './families.ts'

const STATES: readonly TargetState[] = ['up', 'down', 'broken', 'unknown']

/** By the class of the status; none for no answer. */
const ANSWERS = ['1xx', '2xx', '3xx', '4xx', '5xx', 'none'] as const

/**
 * Sets every gauge of the routes of a cluster.
 *
 * @param isSilenced a note says that this port is not to page
 * @returns the routes that have series
 */
export function setRoutes(families: Families, state: ClusterState, isSilenced: (port: string) => boolean): string[] {
  const { name: cluster, edge } = state
  const routes = readRoutes(state)
  if (routes.length === 0) return []
  for (const one of STATES) {
    families.routes.set({ cluster, state: one }, routes.filter(({ state: now }) => now === one).length)
  }
  families.routesLeftOut.set({ cluster }, edge.leftOut.count)
  for (const view of routes) {
    const labels = { cluster, target: view.port ?? '', route: nameOf(view.id) }
    if (view.state !== 'unknown') families.routeUp.set(labels, Number(view.state === 'up'))
    setIncident(families, state, view, labels, isSilenced)
    for (const answer of ANSWERS) families.routeAttempts.add({ cluster, route: labels.route, answer }, 0)
  }
  return routes.map(({ id }) => nameOf(id))
}

function setIncident(
  families: Families,
  { edge }: ClusterState,
  { id, port }: RouteView,
  labels: { cluster: string; target: string; route: string },
  isSilenced: (port: string) => boolean,
): void {
  const incident = edge.tracks.get(id)?.incident ?? null
  if (incident === null) return
  const { cause, confidence, darkSince } = incident
  const pages = port === null || !isSilenced(port)
  families.routeIncident.set({ ...labels, cause, confidence }, Number(pages))
  families.routeBrokenSince.set(labels, darkSince / 1000)
}

/** Counts what a probe of a route, or a run of equal ones, was answered. */
export function countRoute(families: Families, cluster: string, outcome: Outcome): void {
  if (outcome.symptom === 'local_error' || outcome.vantage.startsWith('api/')) return
  const status = outcome.status ?? 0
  const answer = ANSWERS.find((one) => one.startsWith(`${Math.floor(status / 100)}`)) ?? 'none'
  families.routeAttempts.add({ cluster, route: nameOf(outcome.target), answer }, outcome.run?.count ?? 1)
}

/** `80/shop.example/`: at most 200 characters, as the target has. */
function nameOf(target: string): string {
  return target.replace('route:', '')
}
