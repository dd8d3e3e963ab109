import type { Change, Incident, Remedy } from '@portolan/core'
import type { Style } from './style.ts'
import { clockText, durationText, moveText, portText, wrap } from './words.ts'

export type Move = Extract<Change, { type: 'placement.changed' }>

/**
 * An incident in three sentences: what is dark and why, what happened before, what was seen; then the remedies. A
 * command stands on a line of its own and is never broken, so that it can be pasted.
 *
 * @param move the last move of a pod behind the port before it went dark
 */
export function incidentStory(incident: Incident, options: StoryOptions): string[] {
  const { verdict, onset, seen } = storyOf(incident, options)
  const isOver = (incident.darkUntil ?? incident.closedAt) !== null
  return [
    ...verdict,
    ...onset,
    ...seen,
    ...(isOver ? [] : remedyLines(incident.remedies, options.width, options.style)),
  ]
}

interface StoryOptions {
  now: number
  width: number
  style: Style
  move: Move | null
  several: boolean
}

/** The sentences of an incident, each as its lines. */
export function storyOf(incident: Incident, { now, width, style, move, several }: StoryOptions) {
  const port = portText(incident.target, incident.cluster, several)
  const until = incident.darkUntil ?? incident.closedAt
  const title =
    until === null
      ? `${port} has been dark for ${durationText(now - incident.darkSince)}: ${verdictText(incident)}`
      : `${port} was dark for ${durationText(until - incident.darkSince)} until ${clockText(until)}: ${verdictText(incident)}`
  return {
    verdict: [
      ...wrap(title, width).map(until === null ? style.bad : style.good),
      ...wrap(incident.summary, width, '  '),
    ],
    onset: wrap(onsetText(incident, move), width, '  '),
    seen: wrap(seenText(incident), width, '  ').map(style.dim),
  }
}

/** `etp_local, proven`, `cross_node or kube_proxy_stale`, `unproven; could be app_slow, network_policy`. */
export function verdictText({
  cause,
  confidence,
  candidates,
}: Pick<Incident, 'cause' | 'confidence' | 'candidates'>): string {
  if (confidence === 'ambiguous') return [cause, ...candidates].join(' or ')
  const verdict = cause === 'unproven' ? cause : `${cause}, ${confidence}`
  return candidates.length === 0 ? verdict : `${verdict}; could be ${candidates.join(', ')}`
}

function onsetText(incident: Incident, move: Move | null): string {
  const dark = clockText(incident.darkSince)
  if (move === null || Math.abs(incident.darkSince - move.at) > 60_000) return `It went dark at ${dark}.`
  const lag = incident.darkSince - move.at
  if (lag < 0) return `It went dark at ${dark}; ${durationText(-lag)} later ${moveText(move)}.`
  return `It went dark at ${dark}, ${durationText(lag)} after ${moveText(move)}.`
}

function seenText(incident: Incident): string {
  const probes = incident.evidence.filter((one) => one.kind === 'probe').map((one) => one.text)
  const objects = incident.evidence
    .filter((one) => one.kind === 'engine' || one.kind === 'absence')
    .map((one) => one.text)
  return `Seen: ${[...probes, ...objects].join('; ')}.`
}

export function remedyLines(remedies: readonly Remedy[], width: number, style: Style): string[] {
  return remedies.flatMap(({ text, cost, command }, index) => [
    ...wrap(`${index === 0 ? 'Fix' : 'Or'}: ${text}.${cost === undefined ? '' : ` Cost: ${cost}.`}`, width, '  '),
    ...(command === undefined ? [] : [style.strong(command)]),
  ])
}
