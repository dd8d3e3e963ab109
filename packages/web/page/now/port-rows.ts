import type { ReachDocument, RouteDocument, TargetDocument } from '../documents.ts'
import { clusterPrefix, isSeveral, portName, STATE_WORDS } from '../words.ts'
import { markOf, routeWords } from './route-words.ts'

/** A port, or a route behind one, as a line of the table. */
export interface PortRow {
  /** `CLUSTER/TARGET`, as in an address of the page. */
  key: string
  cluster: string
  target: string
  /** `CLUSTER/` where several clusters are watched, else empty. */
  within: string
  name: string
  /** `namespace/name` */
  service: string
  state: ReachDocument['state']
  /** Its state in a word: a route that something else answers for is broken. */
  word: string
  since: number
  silenced: boolean
  /** How probable it is that the next reschedule takes it down; 0 where nothing says so. */
  risk: number
  /** The tool that made the cluster; empty where it is not known. */
  provider: string
  node: string
  podNodes: string[]
  medianMs: number | null
  /** What else a reader should know of it. */
  remark: string | null
  cause: TargetDocument['cause']
  port: TargetDocument | null
  /** A route behind a dark port: the port says why, and counts for both. */
  isBehindDark: boolean
}

export interface Choice {
  text: string
  state: 'all' | 'trouble' | 'risk'
  cluster: string
  namespace: string
  node: string
  provider: string
}

export const EVERYTHING: Choice = { text: '', state: 'all', cluster: '', namespace: '', node: '', provider: '' }

/** All ports with the routes behind them, the worst first. */
export function rowsOf(targets: readonly TargetDocument[]): PortRow[] {
  const several = isSeveral(targets)
  return targets
    .flatMap((target) => {
      const within = clusterPrefix(target.cluster, several)
      return [rowOf(target, within), ...target.routes.map((route) => rowOfRoute(route, target, within))]
    })
    .sort(byTrouble)
}

function rowOf(target: TargetDocument, within: string): PortRow {
  const { id, cluster, service, workload, state, silenced, darkProbability, node, pods, medianSeconds } = target
  const placed = pods.flatMap((pod) => (pod.serves && pod.node !== null ? [pod.node] : []))
  return {
    key: `${cluster}/${id}`,
    cluster,
    target: id,
    within,
    name: portName(id),
    service: service ?? workload?.split('/').slice(1).join('/') ?? '',
    state,
    word: STATE_WORDS[state],
    since: Date.parse(target.since),
    silenced,
    risk: state === 'up' ? (darkProbability ?? 0) : 0,
    provider: target.provider ?? '',
    node,
    podNodes: [...new Set(placed)].sort(),
    medianMs: medianSeconds == null ? null : medianSeconds * 1000,
    remark: target.note ?? (target.degraded === null ? null : `It ${target.degraded}`),
    cause: target.cause,
    port: target,
    isBehindDark: false,
  }
}

function rowOfRoute(route: RouteDocument, door: TargetDocument, within: string): PortRow {
  const { id, cluster, name, service, since, cause } = route
  return {
    key: `${cluster}/${id}`,
    cluster,
    target: id,
    within,
    name,
    service: service?.replace(/:[^:]*$/, '') ?? '',
    state: markOf(route),
    word: route.state === 'broken' ? 'broken' : STATE_WORDS[markOf(route)],
    since: Date.parse(since),
    silenced: false,
    risk: 0,
    provider: door.provider ?? '',
    node: '',
    podNodes: [],
    medianMs: null,
    remark: remarkOf(route),
    cause,
    port: null,
    isBehindDark: route.state === 'down' && route.incident === null && door.state !== 'up',
  }
}

/** What its state does not say by itself. */
function remarkOf(route: RouteDocument): string | null {
  if (route.state === 'up' && route.degraded === null) return null
  const words = routeWords(route)
  return words === route.state ? null : words
}

const RANKS: Record<PortRow['state'], number> = { down: 0, flapping: 1, unknown: 2, gap: 2, up: 4, by_design: 5 }

/** What somebody has silenced knows its reader already. */
function rankOf({ state, silenced, risk, isBehindDark }: PortRow): number {
  if (isBehindDark) return RANKS.down + 0.75
  if (state === 'up' && risk > 0) return 3
  return RANKS[state] + (silenced && state === 'down' ? 0.5 : 0)
}

const natural = new Intl.Collator('en', { numeric: true })

function byTrouble(a: PortRow, b: PortRow): number {
  const newest = a.state === 'down' && b.state === 'down' ? b.since - a.since : 0
  return (
    rankOf(a) - rankOf(b) ||
    newest ||
    natural.compare(a.cluster, b.cluster) ||
    natural.compare(portOf(a), portOf(b)) ||
    natural.compare(a.name, b.name)
  )
}

/** A route stands below its port. */
function portOf({ target }: PortRow): string {
  return /\d+/.exec(target)?.[0] ?? target
}

export function isTrouble({ state }: Pick<PortRow, 'state'>): boolean {
  return state === 'down' || state === 'flapping' || state === 'unknown'
}

/** @param choice every word of its text is somewhere in the row */
export function isChosen(row: PortRow, { text, state, cluster, namespace, node, provider }: Choice): boolean {
  if (state === 'trouble' && !isTrouble(row)) return false
  if (state === 'risk' && row.risk === 0) return false
  if (cluster !== '' && row.cluster !== cluster) return false
  if (provider !== '' && row.provider !== provider) return false
  if (namespace !== '' && namespaceOf(row) !== namespace) return false
  if (node !== '' && row.node !== node && !row.podNodes.includes(node)) return false
  const { name, service, podNodes, cause, remark } = row
  const said = [
    row.cluster,
    row.word,
    name,
    service,
    row.node,
    ...podNodes,
    cause,
    remark,
    ...(row.port?.pods ?? []).map((pod) => pod.name),
  ]
  const all = said.join(' ').toLowerCase()
  return wordsOf(text).every((word) => all.includes(word))
}

export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

export function namespaceOf({ service }: Pick<PortRow, 'service'>): string {
  return service.split('/')[0] ?? ''
}
