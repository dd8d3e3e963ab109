import type { CauseInCluster, FleetCluster, FleetReader, OpenIncident } from '../store/postgres/fleet.ts'
import { BAR_MS } from '../store/postgres/hub-batch.ts'

/** How a cluster was in a stretch of time. `unsure`: some probes failed, and no port was dark. */
export type BarState = 'answered' | 'dark' | 'unsure' | 'unknown'

/** A row of the page of a fleet. Times are ms since the epoch. */
export interface FleetRow extends FleetCluster {
  state: 'dark' | 'unsure' | 'answered' | 'quiet'
  /** The oldest open incident. */
  worst: OpenIncident | null
  bars: BarState[]
}

/** A cause of open incidents in several clusters at once. */
export interface SharedCause {
  cause: string
  clusters: string[]
  since: number
}

export interface Fleet {
  from: number
  to: number
  /** How many clusters there are, whatever is asked for. */
  total: number
  /** How many of them are in each state. */
  states: Record<FleetRow['state'], number>
  /** All values of each label, whatever is asked for. */
  labels: Record<string, string[]>
  rows: FleetRow[]
  shared: SharedCause[]
}

/** Which clusters are asked for. */
export interface FleetChoice {
  cluster?: string
  /** Words that a name, a label, a target or a cause has in it. */
  search?: string
  labels?: Record<string, string>
}

export interface FleetQuery extends FleetChoice {
  hours: number
}

/** Why ports were dark, in one cluster or several. Times are ms since the epoch. */
export interface CauseOfFleet {
  cause: string
  incidents: number
  open: number
  darkMs: number
  since: number
  last: number
  /** Those that were dark longest first. */
  clusters: CauseInCluster[]
}

/** A collector says at least so often that it is there. */
export const QUIET_MS = 90_000
/** Of the probes of a stretch; a probe more or less is lost on any day. */
const FEW = 0.01
const ORDER = ['dark', 'unsure', 'quiet', 'answered'] as const

/** The clusters as rows, those with trouble first. */
export async function readFleet(reader: FleetReader, query: FleetQuery, now: number): Promise<Fleet> {
  const to = now - (now % BAR_MS) + BAR_MS
  const from = to - query.hours * 3_600_000
  const [clusters, incidents, bars, outages] = [
    await reader.clusters(query.cluster),
    await reader.openIncidents(query.cluster),
    await reader.bars(from, query.cluster),
    await reader.outages(from, query.cluster),
  ]
  const openOf = Map.groupBy(incidents, ({ cluster }) => cluster)
  const barsOf = Map.groupBy(bars, ({ cluster }) => cluster)
  const outagesOf = Map.groupBy(outages, ({ cluster }) => cluster)
  const rows = clusters.map((one): FleetRow => {
    const open = openOf.get(one.cluster) ?? []
    const drawn = drawBars(from, to, one.heardAt, barsOf.get(one.cluster) ?? [], outagesOf.get(one.cluster) ?? [])
    return { ...one, state: stateOf(one, now), worst: open[0] ?? null, bars: drawn }
  })
  const asked = rows.filter((row) => isAsked(row, openOf.get(row.cluster) ?? [], query))
  asked.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.cluster.localeCompare(b.cluster))
  const names = new Set(asked.map(({ cluster }) => cluster))
  const shared = sharedCauses(incidents.filter(({ cluster }) => names.has(cluster)))
  return {
    from,
    to,
    total: clusters.length,
    states: countStates(rows),
    labels: valuesOf(clusters),
    rows: asked,
    shared,
  }
}

/** Why ports of the clusters that are asked for were dark between two times: what lasts still first, then what took longest. */
export async function readCauses(
  reader: FleetReader,
  query: FleetChoice,
  { from, to, now }: { from: number; to: number; now: number },
): Promise<CauseOfFleet[]> {
  const [clusters, causes] = [
    await reader.clusters(query.cluster),
    await reader.causes({ from, to, heardSince: now - QUIET_MS }),
  ]
  const labels = new Map(clusters.map((one) => [one.cluster, one.labels]))
  const found = causes.filter(({ cluster, target, cause }) => {
    const its = labels.get(cluster)
    return its !== undefined && isAsked({ cluster, labels: its }, [{ target, cause }], query)
  })
  return [...Map.groupBy(found, ({ cause }) => cause)]
    .map(([cause, all]) => ({
      cause,
      incidents: sum(all, ({ incidents }) => incidents),
      open: sum(all, ({ open }) => open),
      darkMs: sum(all, ({ darkMs }) => darkMs),
      since: Math.min(...all.map(({ since }) => since)),
      last: Math.max(...all.map(({ last }) => last)),
      clusters: all.toSorted((a, b) => b.open - a.open || b.darkMs - a.darkMs || a.cluster.localeCompare(b.cluster)),
    }))
    .sort((a, b) => Number(b.open > 0) - Number(a.open > 0) || b.darkMs - a.darkMs || a.cause.localeCompare(b.cause))
}

function countStates(rows: readonly FleetRow[]): Fleet['states'] {
  const counts = { dark: 0, unsure: 0, quiet: 0, answered: 0 }
  for (const { state } of rows) counts[state] += 1
  return counts
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0)
}

function valuesOf(clusters: readonly FleetCluster[]): Record<string, string[]> {
  const pairs = clusters.flatMap(({ labels }) => Object.entries(labels))
  const byName = [...Map.groupBy(pairs, ([name]) => name)].sort(([a], [b]) => a.localeCompare(b))
  return Object.fromEntries(byName.map(([name, all]) => [name, [...new Set(all.map(([, value]) => value))].sort()]))
}

function stateOf({ heardAt, states }: FleetCluster, now: number): FleetRow['state'] {
  if (now - heardAt > QUIET_MS) return 'quiet'
  if ((states['down'] ?? 0) > 0) return 'dark'
  return (states['flapping'] ?? 0) > 0 || (states['unknown'] ?? 0) > 0 ? 'unsure' : 'answered'
}

/** What was open when a collector was heard last may be over since: nothing is drawn of the time after that. */
function drawBars(
  from: number,
  to: number,
  heardAt: number,
  bars: { at: number; attempts: number; failed: number }[],
  outages: { openedAt: number; closedAt: number }[],
): BarState[] {
  const counted = new Map(bars.map((bar) => [bar.at, bar]))
  return Array.from({ length: (to - from) / BAR_MS }, (_, index) => {
    const at = from + index * BAR_MS
    const isDark = outages.some(({ openedAt, closedAt }) => openedAt < at + BAR_MS && closedAt >= at && at <= heardAt)
    if (isDark) return 'dark'
    const { attempts, failed } = counted.get(at) ?? { attempts: 0, failed: 0 }
    if (attempts === 0) return 'unknown'
    return failed / attempts > FEW ? 'unsure' : 'answered'
  })
}

function isAsked(
  row: Pick<FleetRow, 'cluster' | 'labels'>,
  open: readonly Pick<OpenIncident, 'target' | 'cause'>[],
  { search = '', labels = {} }: FleetChoice,
): boolean {
  if (Object.entries(labels).some(([name, value]) => row.labels[name] !== value)) return false
  const texts = [row.cluster, ...Object.values(row.labels), ...open.flatMap(({ target, cause }) => [target, cause])]
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)))
}

/** Those of at least two clusters, in most clusters first. */
function sharedCauses(incidents: OpenIncident[]): SharedCause[] {
  const byCause = [...Map.groupBy(incidents, ({ cause }) => cause)].map(([cause, all]) => ({
    cause,
    clusters: [...new Set(all.map(({ cluster }) => cluster))].sort(),
    since: Math.min(...all.map(({ openedAt }) => openedAt)),
  }))
  return byCause.filter(({ clusters }) => clusters.length > 1).sort((a, b) => b.clusters.length - a.clusters.length)
}
