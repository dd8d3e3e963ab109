import { OF_ROUTES } from './panels.ts'

/** What a run of a scenario of the demo has to bring about in Prometheus. */
export interface Expected {
  scenario: string
  /** Repeats the choices of the scheduler. */
  seed: number
  /** These fire at some time. */
  fires: string[]
  /** Whether these fire depends on the moments of the scrapes, and either is right. All others must not. */
  mayFire: string[]
  /** Panels that have nothing to show in it, as `dashboard: title`. */
  empty: string[]
}

/** Only where something is or was dark. */
const OF_OUTAGES = [
  'overview: Dark now',
  'overview: Dark, by cause',
  'overview: Dark time',
  'port: Cause',
  'itself: Detection',
  'itself: Incidents opened',
]

/** Only where agents or a prober send what they see to a collector elsewhere, which no demo has. */
const OF_OBSERVERS_ELSEWHERE = [
  'nodes: Broken pairs',
  'nodes: Missing agents',
  'nodes: Agents',
  'nodes: Mesh',
  'nodes: Worst pairs',
  'nodes: Datagrams lost',
  'nodes: Round trips',
  'itself: Accepted facts',
  'itself: Rejected facts',
  'itself: Last report',
  'itself: Spools',
  'itself: Lost facts',
]

export const SCENARIOS: Expected[] = [
  {
    scenario: 'story',
    seed: 1,
    fires: ['PortolanPortUnreachable'],
    mayFire: ['PortolanPortFlapping'],
    empty: [...OF_OBSERVERS_ELSEWHERE, ...OF_ROUTES],
  },
  // Each outage lasts about four seconds: some are three seconds old when they are scraped.
  {
    scenario: 'flapping',
    seed: 1,
    fires: ['PortolanPortFlapping'],
    mayFire: ['PortolanPortUnreachable'],
    empty: [...OF_OBSERVERS_ELSEWHERE, ...OF_ROUTES],
  },
  // Each fault lasts six seconds, the moves of the proxy among them: whether those fire depends on the scrapes.
  {
    scenario: 'edge',
    seed: 1,
    fires: [],
    mayFire: ['PortolanPortUnreachable', 'PortolanPortFlapping'],
    empty: OF_OBSERVERS_ELSEWHERE,
  },
  {
    scenario: 'all-fine',
    seed: 1,
    fires: [],
    mayFire: [],
    empty: [...OF_OUTAGES, ...OF_OBSERVERS_ELSEWHERE, ...OF_ROUTES],
  },
]
