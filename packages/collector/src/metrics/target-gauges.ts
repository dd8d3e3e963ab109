import {
  CAUSES,
  type ClusterState,
  type Incident,
  isPlanned,
  openIncidents,
  readTargets,
  type TargetView,
} from '@portolan/core'
import type { Metrics } from '@portolan/runtime'
import { createDarkTime } from './dark-time.ts'
import type { Families } from './families.ts'
import { setAgents } from './agent-series.ts'
import { setTarget } from './target-series.ts'

/** Keeps the series that say how the ports are now. */
export interface TargetGauges {
  /** Brings them up to date; the series of targets that are gone go as well. */
  refresh(states: Iterable<ClusterState>, isSilenced: (target: TargetView) => boolean, at: number): void
  /** Counts the rest of its dark time. */
  closed(incident: Incident): void
}

/** Those that are not set stay no longer: their labels change with what happens. */
const OF_NOW = [
  'up',
  'incident',
  'darkSince',
  'planned',
  'silenced',
  'flapping',
  'expectedUp',
  'darkProbability',
  'lastSuccess',
  'mapping',
  'meshUp',
  'agentsExpected',
  'agentsReporting',
] as const

export function createTargetGauges(metrics: Metrics, families: Families): TargetGauges {
  const darkTime = createDarkTime(families)
  /** `CLUSTER\0TARGET` of everything that has series. */
  let known = new Set<string>()
  /** How many transitions of each port are counted. */
  const transitions = new Map<string, number>()

  for (const cause of CAUSES) families.incidents.add({ cause }, 0)

  function refresh(states: Iterable<ClusterState>, isSilenced: (target: TargetView) => boolean, at: number): void {
    for (const name of OF_NOW) families[name].mark()
    const present = new Set<string>()
    const open: Incident[] = []
    for (const state of states) {
      for (const node of setAgents(families, state, at)) present.add(`${state.name}\0${node}`)
      const incidents = new Map(openIncidents(state).map((one) => [one.target, one]))
      open.push(...incidents.values())
      for (const target of readTargets(state)) {
        for (const { target: probed } of [{ target: target.id }, ...target.vantages]) {
          present.add(`${state.name}\0${probed}`)
        }
        const ongoing = incidents.get(target.id) ?? null
        setTarget(families, state, target, ongoing)
        const labels = { cluster: state.name, target: target.id }
        families.planned.set(labels, Number(isPlanned(state, target.id, at)))
        families.silenced.set(labels, Number(isSilenced(target)))
        if (target.darkProbability !== null) families.darkProbability.set(labels, target.darkProbability)
        countTransitions(target)
        if (ongoing !== null) darkTime.whileOpen(ongoing, target)
      }
    }
    for (const cause of CAUSES) {
      families.incidentsOpen.set({ cause }, open.filter((one) => one.cause === cause).length)
    }
    for (const name of OF_NOW) families[name].sweep()
    for (const key of known) if (!present.has(key)) forget(key)
    known = present
  }

  function countTransitions({ cluster, id, transitions: count }: TargetView): void {
    const key = `${cluster}\0${id}`
    families.transitions.add({ cluster, target: id }, Math.max(0, count - (transitions.get(key) ?? 0)))
    transitions.set(key, count)
  }

  function forget(key: string): void {
    const [cluster = '', target = ''] = key.split('\0')
    metrics.remove({ cluster, target })
    transitions.delete(key)
  }

  return { refresh, closed: (incident) => darkTime.closed(incident) }
}
