import type { PlacementChange } from './change.ts'
import { durationText } from './duration.ts'
import type { Incident } from './incident.ts'
import { isRoute } from './vantage.ts'

/** As much of an incident as says how it began and went on. */
export type Course = Pick<Incident, 'target' | 'darkSince' | 'foundDarkAt' | 'neverAnswered' | 'trigger' | 'later'>

type Timed = { at: string; text: string }

/** The same out of a document, whose times are texts. */
export function courseOf(document: {
  target: string
  darkSince: string
  foundDarkAt: string | null
  neverAnswered: boolean
  trigger: Timed | null
  later: readonly Timed[]
}): Course {
  const { target, darkSince, foundDarkAt, neverAnswered, trigger, later } = document
  const timed = ({ at, text }: Timed) => ({ at: Date.parse(at), text })
  return {
    target,
    darkSince: Date.parse(darkSince),
    later: later.map(timed),
    ...(foundDarkAt !== null && { foundDarkAt: Date.parse(foundDarkAt) }),
    ...(neverAnswered && { neverAnswered }),
    ...(trigger !== null && { trigger: timed(trigger) }),
  }
}

/**
 * How an outage began and what happened since, in sentences.
 *
 * @param time a moment, for people
 */
export function onsetText(incident: Course, time: (at: number) => string): string {
  const later = laterText(incident, time)
  return `${triggerText(incident, time)}${later === null ? '' : ` ${later}`}`
}

/** What moved since it began, in a sentence; null where nothing did. */
export function laterText({ later = [] }: Pick<Course, 'later'>, time: (at: number) => string): string | null {
  const then = later.slice(0, MOST).map(({ at, text }) => `${text} at ${time(at)}`)
  const more = later.length > MOST ? `; and ${later.length - MOST} more` : ''
  return then.length === 0 ? null : `Then: ${then.join('; ')}${more}.`
}

/** More than that hides how it began. */
const MOST = 3

/** When it began, and what set it off, in a sentence. */
export function triggerText(
  { target, darkSince, foundDarkAt, neverAnswered, trigger }: Course,
  time: (at: number) => string,
): string {
  if (foundDarkAt !== undefined) return `It ${beganText({ target, foundDarkAt })} at ${time(foundDarkAt)}.`
  if (neverAnswered === true && trigger !== undefined)
    return `It has not answered since ${trigger.text} at ${time(trigger.at)}.`
  const dark = `It ${beganText({ target })} at ${time(darkSince)}`
  if (trigger === undefined) return `${dark}.`
  const lag = darkSince - trigger.at
  return lag < 0
    ? `${dark}; ${durationText(-lag)} later ${trigger.text}.`
    : `${dark}, ${durationText(lag)} after ${trigger.text}.`
}

/** What happened to a port or route as its incident began, as a verb. */
export function beganText({
  target,
  foundDarkAt,
  neverAnswered,
}: Pick<Incident, 'target' | 'foundDarkAt' | 'neverAnswered'>): string {
  const is = darkWord(target)
  if (neverAnswered === true) return 'did not answer'
  if (foundDarkAt !== undefined) return `was ${is} already when watching began`
  return is === 'dark' ? 'went dark' : 'broke'
}

/** The verdict in a sentence; of an incident that is over it speaks of a time that has passed. */
export function summaryText(incident: Pick<Incident, 'summary'> & Ends): string {
  return isOver(incident) ? `At that time: ${incident.summary}` : incident.summary
}

/** When an incident ended, as ms or as a document says it; null while it goes on. */
type Ends = Record<'darkUntil' | 'closedAt', number | string | null>

function isOver({ darkUntil, closedAt }: Ends): boolean {
  return (darkUntil ?? closedAt) !== null
}

/** What a target with an incident is: behind a port that answers a route is broken. */
export function darkWord(target: string): 'dark' | 'broken' {
  return isRoute(target) ? 'broken' : 'dark'
}

/** How an incident was over. @param length how long it had lasted */
export function overText({ ended }: Pick<Incident, 'ended'>, length: string): string {
  return ended === undefined ? `answers again after ${length}` : `is no longer watched after ${length}: ${ended}`
}

/**
 * `5 routes behind it are dark as well: a.localhost/, b.localhost/ and 3 more.`, or of a route `2 more routes are broken for
 * the same reason: ...`; null where there are none.
 */
export function routesText(incident: Pick<Incident, 'target' | 'routes'> & Ends): string | null {
  const { target, routes } = incident
  if (routes === undefined) return null
  const [is, are] = isOver(incident) ? ['was', 'were'] : ['is', 'are']
  const names = routes.names.slice(0, 5)
  const more = routes.count - names.length
  const one = isRoute(target) ? 'more route' : 'route behind it'
  const how = isRoute(target) ? 'broken for the same reason' : 'dark as well'
  const counted = routes.count === 1 ? `1 ${one} ${is}` : `${routes.count} ${one.replace('route', 'routes')} ${are}`
  return `${counted} ${how}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
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
