import type { ClusterOfFleet, FleetDocument, ReachDocument } from '../documents.ts'
import type { FleetChoice } from '../route.ts'

type State = ClusterOfFleet['state']

/** How the state of a cluster is marked. */
export const MARKS: Record<State, ReachDocument['state']> = {
  dark: 'down',
  unsure: 'flapping',
  quiet: 'unknown',
  answered: 'up',
}

export const CLUSTER_WORDS: Record<State, string> = {
  dark: 'a port is dark',
  unsure: 'a port is flapping or unknown',
  quiet: 'its collector does not report',
  answered: 'all ports answer',
}

/** How a stretch of a cluster is drawn, and what is said of it. */
export const BARS: Record<ClusterOfFleet['bars'][number], { state: ReachDocument['state'] | null; text: string }> = {
  answered: { state: 'up', text: 'all ports answered' },
  dark: { state: 'down', text: 'a port was dark' },
  unsure: { state: 'flapping', text: 'more than 1 % of the probes failed, and no port was dark' },
  unknown: { state: null, text: 'nothing was reported' },
}

/** Clusters in a state, as the buttons above them call it. */
export const KINDS: { state: FleetChoice['state']; name: string; holds(row: ClusterOfFleet): boolean }[] = [
  { state: 'all', name: 'All', holds: () => true },
  { state: 'dark', name: 'Dark', holds: ({ state }) => state === 'dark' },
  { state: 'unsure', name: 'In doubt', holds: ({ state }) => state === 'unsure' },
  { state: 'quiet', name: 'Quiet', holds: ({ state }) => state === 'quiet' },
  { state: 'risk', name: 'At risk', holds: ({ atRisk }) => atRisk > 0 },
]

export function isOfKind(row: ClusterOfFleet, state: FleetChoice['state']): boolean {
  return KINDS.find((kind) => kind.state === state)?.holds(row) ?? true
}

/** `11 of 12`: how many ports answer, of those that should. */
export function portsText({ ports, states }: Pick<ClusterOfFleet, 'ports' | 'states'>): string {
  const all = ports - (states['by_design'] ?? 0)
  return all === 0 ? 'no port' : `${states['up'] ?? 0} of ${all}`
}

/** `1 port flapping, 2 unknown`; empty where nothing is in doubt. */
export function doubtText({ states }: Pick<ClusterOfFleet, 'states'>): string {
  const counted = (['flapping', 'unknown'] as const).flatMap((state) => {
    const count = states[state] ?? 0
    return count === 0 ? [] : [{ state, count }]
  })
  return counted
    .map(({ state, count }, index) => `${count} ${index > 0 ? '' : count === 1 ? 'port ' : 'ports '}${state}`)
    .join(', ')
}

/** In one sentence, for all clusters, whatever is shown of them. @param fleet null: not known yet */
export function summarizeFleet(fleet: Pick<FleetDocument, 'total' | 'states'> | null): {
  state: ReachDocument['state']
  text: string
} {
  if (fleet === null) return { state: 'gap', text: 'Asking the hub' }
  const { total, states } = fleet
  const say = (count: number, one: string, several: string) =>
    total === 1 ? `The cluster ${one}` : `${count} of ${total} clusters ${count === 1 ? one : several}`
  if (total === 0) return { state: 'unknown', text: 'No cluster yet' }
  if (states.dark > 0) return { state: 'down', text: say(states.dark, 'has a dark port', 'have a dark port') }
  if (states.unsure > 0)
    return { state: 'flapping', text: say(states.unsure, 'has a port in doubt', 'have a port in doubt') }
  if (states.quiet > 0) return { state: 'unknown', text: say(states.quiet, 'is quiet', 'are quiet') }
  return { state: 'up', text: total === 1 ? 'The cluster answers' : `All ${total} clusters answer` }
}
