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

/** `2 of 10 ports are dark`, in one sentence for everything that is watched. */
export function summarize(targets: TargetDocument[]): { state: ReachDocument['state']; text: string } {
  const count = (state: TargetDocument['state']) => targets.filter((target) => target.state === state).length
  const all = targets.length - count('by_design')
  const ports = all === 1 ? 'port' : 'ports'
  const [down, flapping, unknown] = [count('down'), count('flapping'), count('unknown')]
  if (all === 0) return { state: 'unknown', text: 'No port that should answer is known yet' }
  if (down > 0)
    return {
      state: 'down',
      text: all === 1 ? 'The port is dark' : `${down} of ${all} ports ${down === 1 ? 'is' : 'are'} dark`,
    }
  if (flapping > 0)
    return { state: 'flapping', text: `${flapping} of ${all} ${ports} ${flapping === 1 ? 'is' : 'are'} flapping` }
  if (unknown > 0)
    return { state: 'unknown', text: `${unknown} of ${all} ${ports} ${unknown === 1 ? 'is' : 'are'} unknown` }
  return { state: 'up', text: all === 1 ? 'The port answers' : `All ${all} ports answer` }
}

/** `Deployment/default/web` as `web`, which is what people call it. */
export function workloadName(workload: string): string {
  return workload.split('/').at(-1) ?? workload
}

/** Node names share the cluster's name as their beginning; the rest tells them apart. */
export function nodeName(node: string, cluster: string): string {
  return node.startsWith(`${cluster}-`) ? node.slice(cluster.length + 1) : node
}
