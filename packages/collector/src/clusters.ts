import {
  explainTarget,
  type Incident,
  openIncidents,
  readTargets,
  type TargetExplanation,
  type TargetView,
} from '@portolan/core'
import type { Cluster } from './cluster.ts'

/** The clusters that are watched, by name, and what can be asked of them. */
export type Clusters = ReadonlyMap<string, Cluster>

export function targetsOf(clusters: Clusters): TargetView[] {
  return [...clusters.values()].flatMap(({ state }) => readTargets(state))
}

export function incidentsOf(clusters: Clusters): Incident[] {
  return [...clusters.values()].flatMap(({ state }) => openIncidents(state))
}

/**
 * @param id a target's, with `CLUSTER/` in front if several clusters have it
 * @returns one explanation for each cluster that has the target
 */
export function explanationsOf(clusters: Clusters, id: string, now: number): TargetExplanation[] {
  return [...clusters.values()].flatMap(({ state }) => {
    const prefix = `${state.name}/`
    const target = id.startsWith(prefix) ? id.slice(prefix.length) : id
    const explanation = explainTarget(state, target, now)
    return explanation === null ? [] : [explanation]
  })
}
