import type { Change, Incident, Remedy } from '@portolan/core'
import type { Style } from './style.ts'
import { clockText, durationText, moveText, portText, wrap } from './words.ts'

type Move = Extract<Change, { type: 'placement.changed' }>

/**
 * An incident in three sentences: what is dark and why, what happened before, what was seen; then the remedies. A
 * command stands on a line of its own and is never broken, so that it can be pasted.
 *
 * @param move the last move of a pod behind the port before it went dark
 */
export function incidentStory(
  incident: Incident,
  options: { now: number; width: number; style: Style; move: Move | null; several: boolean },
): string[] {
  const { now, width, style, move, several } = options
  const port = portText(incident.target, incident.cluster, several)
  const until = incident.darkUntil ?? incident.closedAt
  const title =
    until === null
      ? `${port} has been dark for ${durationText(now - incident.darkSince)}: ${incident.cause}, ${confidenceText(incident)}`
      : `${port} was dark for ${durationText(until - incident.darkSince)} until ${clockText(until)}: ${incident.cause}, ${confidenceText(incident)}`
  return [
    ...wrap(title, width).map(until === null ? style.bad : style.good),
    ...wrap(incident.summary, width, '  '),
    ...wrap(onsetText(incident, move), width, '  '),
    ...wrap(seenText(incident), width, '  ').map(style.dim),
    ...(until === null ? remedyLines(incident.remedies, width, style) : []),
  ]
}

export function confidenceText({ confidence, candidates }: Pick<Incident, 'confidence' | 'candidates'>): string {
  if (candidates.length === 0) return confidence
  return confidence === 'ambiguous'
    ? `or ${candidates.join(' or ')}`
    : `${confidence}; could be ${candidates.join(', ')}`
}

function onsetText(incident: Incident, move: Move | null): string {
  const dark = clockText(incident.darkSince)
  if (move === null || Math.abs(incident.darkSince - move.at) > 60_000) return `It went dark at ${dark}.`
  const lag = incident.darkSince - move.at
  const when = lag >= 0 ? `${durationText(lag)} after` : `${durationText(-lag)} before`
  return `It went dark at ${dark}, ${when} ${moveText(move)}.`
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
