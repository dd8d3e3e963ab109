import { darkWord, isRoute, onsetText, routesText } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { duration, moment } from '../time.ts'
import { portName, SYMPTOM_WORDS } from '../words.ts'

/** The incident in sentences, beside the one that says what it was. */
export function tellStory(incident: IncidentDocument, now: number): string[] {
  const { target, darkSince, darkUntil, darkSeconds, trigger, later, foundDarkAt, planned, candidates } = incident
  const port = `${isRoute(target) ? 'Route' : 'Port'} ${portName(target)}`
  const behind = routesText(incident)
  const since = moment(Date.parse(darkSince), now, 'milliseconds')
  const length = duration(darkSeconds * 1000)
  const was = darkWord(target)
  const dark =
    darkUntil === null
      ? `${port} has been ${was} since ${since}, for ${length} so far.`
      : `${port} was ${was} from ${since} to ${moment(Date.parse(darkUntil), now, 'milliseconds')}: ${length}.`
  const timed = (one: { at: string; text: string }) => ({ ...one, at: Date.parse(one.at) })
  const course = {
    target,
    darkSince: Date.parse(darkSince),
    later: later.map(timed),
    ...(trigger !== null && { trigger: timed(trigger) }),
    ...(foundDarkAt !== null && { foundDarkAt: Date.parse(foundDarkAt) }),
  }
  const others = candidates.length === 0 ? [] : [`From here it cannot be told apart from ${candidates.join(', ')}.`]
  return [
    onsetText(course, (at) => moment(at, now, 'milliseconds')),
    dark,
    ...(behind === null ? [] : [behind]),
    ...tellSymptoms(incident),
    ...(planned ? ['A drain or rollout was going on: it was planned.'] : []),
    ...others,
  ]
}

function tellSymptoms({ vantages, state }: IncidentDocument): string[] {
  const seen = Object.entries(vantages).filter(([, symptom]) => symptom !== 'ok')
  if (seen.length === 0 || state === 'closed') return []
  return [`Seen: ${seen.map(([vantage, symptom]) => `${SYMPTOM_WORDS[symptom]} (${vantage})`).join('; ')}.`]
}
