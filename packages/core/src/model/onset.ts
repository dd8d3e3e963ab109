import type { PlacementChange } from './change.ts'
import { durationText } from './duration.ts'
import type { Happening, Incident } from './incident.ts'

/**
 * How an outage began and what happened since, in sentences.
 *
 * @param time a moment, for people
 */
export function onsetText(
  { darkSince, foundDarkAt, trigger, later = [] }: Pick<Incident, 'darkSince' | 'foundDarkAt' | 'trigger' | 'later'>,
  time: (at: number) => string,
): string {
  const then = later.slice(0, MOST).map(({ at, text }) => `${text} at ${time(at)}`)
  const more = later.length > MOST ? `; and ${later.length - MOST} more` : ''
  return `${beginText({ darkSince, foundDarkAt, trigger }, time)}${then.length === 0 ? '' : ` Then: ${then.join('; ')}${more}.`}`
}

/** More than that hides how it began. */
const MOST = 3

function beginText(
  {
    darkSince,
    foundDarkAt,
    trigger,
  }: { darkSince: number; foundDarkAt: number | undefined; trigger: Happening | undefined },
  time: (at: number) => string,
): string {
  if (foundDarkAt !== undefined) return `It was dark already when watching began at ${time(foundDarkAt)}.`
  const dark = `It went dark at ${time(darkSince)}`
  if (trigger === undefined) return `${dark}.`
  const lag = darkSince - trigger.at
  return lag < 0
    ? `${dark}; ${durationText(-lag)} later ${trigger.text}.`
    : `${dark}, ${durationText(lag)} after ${trigger.text}.`
}

const MOVES = {
  restarted: 'was restarted',
  rescheduled: 'moved',
  recreated: 'was recreated',
  rollout: 'rolled out',
  scaled: 'was scaled',
}

/** `Deployment default/web moved from a to b (drain of a)`. */
export function moveText({
  workload,
  kind,
  reason,
  from,
  to,
}: Pick<PlacementChange, 'workload' | 'kind' | 'reason' | 'from' | 'to'>): string {
  const [left, came] = [from.join(' and '), to.join(' and ')]
  const way = kind === 'scaled' || came === '' ? '' : left === came ? ` on ${came}` : ` from ${left} to ${came}`
  const why = reason === 'deleted' ? 'the pod was deleted' : reason
  return `${workload.replace('/', ' ')} ${MOVES[kind]}${way}${kind === 'rollout' ? '' : ` (${why})`}`
}
