import {
  CAUSES,
  type ClusterState,
  type Incident,
  incidentOf,
  isPlanned,
  openIncidents,
  readTarget,
  type TargetView,
  watchedTargets,
} from '@portolan/core'
import { createTurns, type Metrics } from '@portolan/runtime'
import { createDarkTime } from './dark-time.ts'
import type { Families } from './families.ts'
import { setAgents } from './agent-series.ts'
import { setRoutes } from './route-series.ts'
import { countFromZero, setTarget } from './target-series.ts'

/** Where to read how things are, at the moment that each is read. */
interface Now {
  states(): ClusterState[]
  isSilenced(target: TargetView): boolean
  at(): number
}

/** Keeps the series that say how the ports are now. */
export interface TargetGauges {
  /**
   * Brings them up to date, port by port as each is at its turn; the series of targets that are gone go as well. Whoever
   * asks meanwhile waits for the same.
   */
  refresh(now: Now): Promise<void>
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
  'routeUp',
  'routeIncident',
  'routeBrokenSince',
  'routes',
  'routesLeftOut',
] as const

export function createTargetGauges(metrics: Metrics, families: Families): TargetGauges {
  const darkTime = createDarkTime(families)
  /** `CLUSTER\0TARGET` of everything that has series. */
  let known = new Set<string>()
  /** The same of routes. */
  let knownRoutes = new Set<string>()
  /** What there is to count of each port, as it was when the counting began. */
  const begun = new Map<string, string>()
  /** How many transitions of each port are counted. */
  const transitions = new Map<string, number>()
  let filling: Promise<void> | null = null

  for (const cause of CAUSES) families.incidents.add({ cause }, 0)

  async function fill(now: Now): Promise<void> {
    const turn = createTurns()
    const states = now.states()
    for (const name of OF_NOW) families[name].mark()
    const present = new Set<string>()
    const routes = new Set<string>()
    for (const state of states) {
      for (const node of setAgents(families, state, now.at())) present.add(`${state.name}\0${node}`)
      const silenced = new Set<string>()
      for (const id of watchedTargets(state)) {
        await turn()
        const target = readTarget(state, id)
        if (target === null) continue
        if (now.isSilenced(target)) silenced.add(id)
        setPort(state, target, now)
        for (const probed of [id, ...target.vantages.map((one) => one.target)]) present.add(`${state.name}\0${probed}`)
      }
      for (const route of setRoutes(families, state, (port) => silenced.has(port)))
        routes.add(`${state.name}\0${route}`)
    }
    const open = states.flatMap(openIncidents)
    for (const cause of CAUSES) {
      families.incidentsOpen.set({ cause }, open.filter((one) => one.cause === cause).length)
    }
    for (const name of OF_NOW) families[name].sweep()
    for (const key of known) if (!present.has(key)) forget(key)
    known = present
    for (const key of knownRoutes) if (!routes.has(key)) forgetRoute(key)
    knownRoutes = routes
  }

  function setPort(state: ClusterState, target: TargetView, now: Now): void {
    const ongoing = incidentOf(state, target.id)
    setTarget(families, state, target, ongoing)
    const labels = { cluster: state.name, target: target.id }
    families.planned.set(labels, Number(isPlanned(state, target.id, now.at())))
    families.silenced.set(labels, Number(now.isSilenced(target)))
    if (target.darkProbability !== null) families.darkProbability.set(labels, target.darkProbability)
    beginCounting(target)
    countTransitions(target)
    if (ongoing !== null) darkTime.whileOpen(ongoing, target)
  }

  function beginCounting(target: TargetView): void {
    const key = `${target.cluster}\0${target.id}`
    const counted = [target.workload, ...target.vantages.map((one) => `${one.vantage} ${one.target}`)].join('\0')
    if (begun.get(key) === counted) return
    countFromZero(families, target)
    begun.set(key, counted)
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
    begun.delete(key)
  }

  function forgetRoute(key: string): void {
    const [cluster = '', route = ''] = key.split('\0')
    metrics.remove({ cluster, route })
  }

  async function refresh(now: Now): Promise<void> {
    filling ??= fill(now).finally(() => {
      filling = null
    })
    return filling
  }

  return { refresh, closed: (incident) => darkTime.closed(incident) }
}
