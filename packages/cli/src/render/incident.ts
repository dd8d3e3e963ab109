import {
  triggerText,
  causeName,
  darkWord,
  type Incident,
  laterText,
  NOTHING_TO_DO,
  type Remedy,
  routesText,
  summaryText,
} from '@portolan/core'
import type { Style } from './style.ts'
import { clockText, durationText, portText, wrap } from './words.ts'

/**
 * An incident in sentences: what is dark, how that began, why, what was seen; then the remedies. A command stands on a
 * line of its own and is never broken, so that it can be pasted.
 */
export function incidentStory(incident: Incident, options: StoryOptions): string[] {
  const { title, onset, later, verdict, seen } = storyOf(incident, options)
  const isOver = (incident.darkUntil ?? incident.closedAt) !== null
  return [
    ...title,
    ...onset,
    ...later,
    ...verdict,
    ...seen,
    ...(isOver ? [] : remedyLines(incident.remedies, options.width, options.style, remedyWords(incident))),
  ]
}

interface StoryOptions {
  now: number
  width: number
  style: Style
  several: boolean
}

/** The sentences of an incident, each as its lines. */
export function storyOf(incident: Incident, { now, width, style, several }: StoryOptions) {
  const paragraph = (text: string | null) => (text === null ? [] : wrap(text, width, '  '))
  const port = portText(incident.target, incident.cluster, several)
  const until = incident.darkUntil ?? incident.closedAt
  const title =
    until === null
      ? `${port} has been ${darkWord(incident.target)} for ${durationText(now - incident.darkSince)}: ${verdictTitle(incident)}`
      : `${port} was ${darkWord(incident.target)} for ${durationText(until - incident.darkSince)} until ${clockText(until)}: ${verdictTitle(incident)}`
  return {
    title: wrap(title, width).map(until === null ? style.bad : style.good),
    onset: paragraph(triggerText(incident, clockText)),
    later: paragraph(laterText(incident, clockText)),
    verdict: [summaryText(incident), routesText(incident)].flatMap(paragraph),
    seen: wrap(seenText(incident), width, '  ').map(style.dim),
  }
}

/** `No ready pod [no_endpoints, proven]`; of several causes that look the same all are named. */
export function verdictTitle(incident: Pick<Incident, 'cause' | 'confidence' | 'candidates'>): string {
  const { cause, confidence, candidates } = incident
  const names = confidence === 'ambiguous' ? [cause, ...candidates].map(causeName) : [causeName(cause)]
  return `${names.join(', or: ')} [${verdictText(incident)}]`
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

function seenText(incident: Incident): string {
  const probes = incident.evidence.filter((one) => one.kind === 'probe').map((one) => one.text)
  const objects = incident.evidence
    .filter((one) => one.kind === 'engine' || one.kind === 'absence' || one.kind === 'rule')
    .map((one) => one.text)
  return `Seen: ${[...probes, ...objects].join('; ')}.`
}

/** What the first remedy is, and what each other one is. */
export type RemedyWords = readonly [first: string, other: string]

/** Of a verdict that nothing proves there is no fix, but what to look at next. */
export function remedyWords({ confidence }: Pick<Incident, 'confidence'>): RemedyWords {
  return confidence === 'unproven' ? ['Next', 'Then'] : ['Fix', 'Or']
}

export function remedyLines(
  remedies: readonly Remedy[],
  width: number,
  style: Style,
  [first, other]: RemedyWords = ['Fix', 'Or'],
): string[] {
  return remedies.flatMap(({ text, cost, command }, index) => {
    const label = text.startsWith(NOTHING_TO_DO) ? '' : `${index === 0 ? first : other}: `
    return [
      ...wrap(`${label}${text}.${cost === undefined ? '' : ` Trade-off: ${cost}.`}`, width, '  '),
      ...(command === undefined ? [] : [style.strong(command)]),
    ]
  })
}
