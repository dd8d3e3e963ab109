import type { ReachDocument, TargetDocument } from './documents.ts'

/** A state in a word, as it is used everywhere on the page. */
export const STATE_WORDS: Record<ReachDocument['state'], string> = {
  up: 'answers',
  down: 'dark',
  flapping: 'flapping',
  unknown: 'unknown',
  by_design: 'dark by design',
  gap: 'not watched',
}

export const MOVE_WORDS = {
  restarted: 'restarted',
  rescheduled: 'moved',
  recreated: 'recreated',
  rollout: 'rolled out',
  scaled: 'scaled',
} as const

export const SYMPTOM_WORDS: Record<NonNullable<ReachDocument['symptom']>, string> = {
  ok: 'answers',
  refused: 'connection refused',
  connect_timeout: 'no answer to the connection request',
  unreachable: 'host unreachable',
  closed: 'accepted, then closed',
  reset: 'accepted, then reset',
  silent: 'accepted, then silent',
  tls_error: 'TLS handshake failed',
  http_status: 'unexpected HTTP status',
  body_mismatch: 'unexpected answer',
  truncated: 'answer broke off',
  dns_error: 'name does not resolve',
  local_error: 'the prober could not probe',
}

/** The number alone says which port it is, except for UDP. */
export function portName(target: string): string {
  return target.replace(/^(host|node|lb|route):/, '')
}

/** More than one cluster is watched: the number of a port alone does not say which it is. */
export function isSeveral(things: readonly { cluster: string }[]): boolean {
  return new Set(things.map(({ cluster }) => cluster)).size > 1
}

/** What stands in front of a port's name. */
export function clusterPrefix(cluster: string, several: boolean): string {
  return several ? `${cluster}/` : ''
}

/** `2 of 10 ports are dark`, in one sentence for everything that is watched. */
export function summarize(targets: TargetDocument[]): { state: ReachDocument['state']; text: string } {
  const count = (state: TargetDocument['state']) => targets.filter((target) => target.state === state).length
  const all = targets.length - count('by_design')
  const routes = targets.flatMap((target) => target.routes)
  const broken = routes.filter(
    ({ state, incident }) => state === 'broken' || (state === 'down' && incident !== null),
  ).length
  const some = (number: number) =>
    all === 1 ? 'The port is' : `${number} of ${all} ports ${number === 1 ? 'is' : 'are'}`
  const [down, flapping, unknown] = [count('down'), count('flapping'), count('unknown')]
  if (all === 0) return { state: 'unknown', text: 'No port that should answer is known yet' }
  if (down > 0) return { state: 'down', text: `${some(down)} dark` }
  if (broken > 0)
    return {
      state: 'down',
      text: `${broken} of ${routes.length} ${routes.length === 1 ? 'route' : 'routes'} ${broken === 1 ? 'is' : 'are'} broken`,
    }
  if (flapping > 0) return { state: 'flapping', text: `${some(flapping)} flapping` }
  if (unknown > 0) return { state: 'unknown', text: `${some(unknown)} unknown` }
  return { state: 'up', text: all === 1 ? 'The port answers' : `All ${all} ports answer` }
}

/** `host/loopback4` as people know it. */
export function vantageName(vantage: string): string {
  const place = vantage.replace(/^host\//, '')
  return VANTAGES.get(place) ?? place
}

const VANTAGES = new Map([
  ['loopback4', '127.0.0.1'],
  ['loopback6', '::1'],
  ['lan', 'its LAN address'],
  ['node-address', 'the address of the node'],
])

/** `Deployment/default/web` as `web`, which is what people call it. */
export function workloadName(workload: string): string {
  return workload.split('/').at(-1) ?? workload
}

/** Node names share the cluster's name as their beginning; the rest distinguishes them. */
export function nodeName(node: string, cluster: string): string {
  return node.startsWith(`${cluster}-`) ? node.slice(cluster.length + 1) : node
}
