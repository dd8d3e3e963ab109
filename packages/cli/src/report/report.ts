import { readLanes, type StoreReader } from '@portolan/collector'
import {
  type Change,
  type Incident,
  type Lane,
  NOT_RUNNING,
  type Note,
  PortolanError,
  type TargetView,
} from '@portolan/core'
import type { Period } from '../period.ts'
import type { LastSeen } from '../stored.ts'

/** What a report contains, before it is put into words. Times are ms since the epoch. */
export interface Report {
  generatedAt: number
  period: Period
  /** Set where it is about one incident. */
  incident: Incident | null
  impact: Impact[]
  causes: CauseGroup[]
  /** Pod moves, what went dark and came back, what happened to whole clusters, in order. */
  entries: Change[]
  notes: Note[]
  gaps: Extract<Change, { type: 'gap' }>[]
  lanes: Lane[]
}

export interface Impact {
  cluster: string
  target: string
  service: string | null
  darkMs: number
  episodes: number
  longestMs: number
  /** From the first probe that failed to the verdict, the median where there were several. */
  knownAfterMs: number
  planned: number
  /** It is dark at the end of the period, as far as somebody looked. */
  isDark: boolean
}

/** Incidents of one port with one cause, represented by the longest of them. */
export interface CauseGroup {
  longest: Incident
  count: number
  darkMs: number
}

const ALL = 100_000
const TOLD = new Set<Change['type']>(['placement.changed', 'incident.opened', 'incident.closed', 'cluster.event'])
const MARGIN = { least: 10_000, most: 10 * 60_000 }

/** @throws PortolanError usage when there is no such incident */
export async function gatherReport(
  store: StoreReader,
  seen: LastSeen,
  asked: { incident: string } | Period,
  now: number,
): Promise<Report> {
  if ('incident' in asked) {
    const [incident] = await store.incidents({ id: asked.incident, limit: 1 })
    if (incident === undefined) {
      throw new PortolanError(
        'usage',
        `there is no incident ${asked.incident}`,
        'portolan incidents lists them, each with its id',
      )
    }
    const until = endOf(incident, knownUntil(seen, incident.cluster, now))
    const margin = Math.min(MARGIN.most, Math.max(MARGIN.least, (until - incident.darkSince) / 2))
    const period = {
      from: Math.min(incident.darkSince, incident.changedAt ?? Infinity) - margin,
      to: Math.min(now, until + margin),
    }
    const { cluster, target } = incident
    return gather(store, seen, {
      period,
      now,
      incident,
      incidents: [incident],
      only: { cluster, targets: [target] },
    })
  }
  const incidents = (await store.incidents({ ...asked, limit: ALL })).reverse()
  return gather(store, seen, { period: asked, now, incident: null, incidents, only: {} })
}

async function gather(
  store: StoreReader,
  seen: LastSeen,
  given: {
    period: Period
    now: number
    incident: Incident | null
    incidents: Incident[]
    only: { cluster?: string; targets?: string[] }
  },
): Promise<Report> {
  const { period, now, incident, incidents, only } = given
  const { ports, looks } = seen
  const { lanes } = await readLanes(store, ports, { ...period, ...only, resolutionMs: 0, lastLooks: looks })
  const changes = (await store.timeline({ ...period, ...only, limit: ALL })).map(({ change }) => change)
  return {
    generatedAt: now,
    period,
    incident,
    impact: lanes.flatMap((lane) => impactOf(lane, incidents, ports, period.to)),
    causes: causesOf(incidents, (cluster) => knownUntil(seen, cluster, now)),
    entries: changes.filter(({ type }) => TOLD.has(type)),
    notes: await store.notes({ ...period, ...only, limit: ALL }),
    gaps: [...changes.filter((change) => change.type === 'gap'), ...unwatched(looks, period, only.cluster)],
    lanes,
  }
}

function knownUntil({ looks }: LastSeen, cluster: string, now: number): number {
  return looks.get(cluster) ?? now
}

/** From when nobody looked any more. */
function unwatched(looks: ReadonlyMap<string, number>, { from, to }: Period, only?: string): Report['gaps'] {
  return [...looks]
    .filter(([cluster, last]) => last < to && (only === undefined || cluster === only))
    .map(([cluster, last]) => {
      return { type: 'gap', at: to, cluster, from: Math.max(from, last), to, reason: NOT_RUNNING }
    })
}

function impactOf(lane: Lane, incidents: Incident[], current: TargetView[], end: number): Impact[] {
  const own = incidents.filter(({ cluster, target }) => cluster === lane.cluster && target === lane.target)
  const ids = new Set(own.map(({ id }) => id))
  const dark = lane.reach.filter((one) => one.incident !== null && ids.has(one.incident) && one.state === 'down')
  if (dark.length === 0) return []
  const perIncident = [...Map.groupBy(dark, (one) => one.incident).values()].map(sumOf)
  const delays = own.map(({ darkSince, openedAt }) => openedAt - darkSince).sort((a, b) => a - b)
  return [
    {
      cluster: lane.cluster,
      target: lane.target,
      service: current.find(({ cluster, id }) => cluster === lane.cluster && id === lane.target)?.service ?? null,
      darkMs: sumOf(dark),
      episodes: perIncident.length,
      longestMs: Math.max(...perIncident),
      knownAfterMs: delays[Math.floor(delays.length / 2)] ?? 0,
      planned: own.filter(({ planned }) => planned).length,
      isDark: dark.at(-1) === lane.reach.at(-1) && (dark.at(-1)?.to ?? 0) >= end,
    },
  ]
}

function sumOf(dark: { darkMs: number }[]): number {
  return dark.reduce((sum, one) => sum + one.darkMs, 0)
}

/** @param knownOf up to when a cluster is known */
function causesOf(incidents: Incident[], knownOf: (cluster: string) => number): CauseGroup[] {
  const darkMs = (incident: Incident) => Math.max(0, endOf(incident, knownOf(incident.cluster)) - incident.darkSince)
  const groups = Map.groupBy(incidents, ({ cluster, target, cause }) => `${cluster} ${target} ${cause}`)
  return [...groups.values()]
    .flatMap((group) => {
      const longest = group.toSorted((a, b) => darkMs(b) - darkMs(a))[0]
      const all = group.reduce((sum, one) => sum + darkMs(one), 0)
      return longest === undefined ? [] : [{ longest, count: group.length, darkMs: all }]
    })
    .sort((a, b) => b.darkMs - a.darkMs)
}

function endOf({ darkUntil, closedAt }: Incident, now: number): number {
  return darkUntil ?? closedAt ?? now
}
