import { causeName, routesText } from '@portolan/core'
import type { IncidentDocument } from '../documents.ts'
import { moment } from '../time.ts'
import { SYMPTOM_WORDS, vantageName } from '../words.ts'

/** What else is to be said of an incident, beside its cause, trigger and times. */
export function sentencesOf(incident: IncidentDocument, now: number): string[] {
  const { planned, candidates, later, state } = incident
  const then = later.map(({ at, text }) => `${moment(Date.parse(at), now, 'milliseconds')} ${text}`)
  const others = candidates.map((cause) => `${causeName(cause)} (${cause})`).join('; ')
  const behind = routesText(incident)
  return [
    ...(then.length === 0 ? [] : [`After that: ${then.join('; ')}.`]),
    ...(behind === null ? [] : [behind]),
    ...(state === 'closed' ? [] : seenIn(incident)),
    ...(planned ? ['It began during a drain or rollout.'] : []),
    ...(others === '' ? [] : [`Portolan cannot distinguish it from: ${others}.`]),
  ]
}

function seenIn({ vantages }: IncidentDocument): string[] {
  const seen = Object.entries(vantages).filter(([, symptom]) => symptom !== 'ok')
  if (seen.length === 0) return []
  return [
    `Probes saw: ${seen.map(([vantage, symptom]) => `${SYMPTOM_WORDS[symptom]} (${vantageName(vantage)})`).join('; ')}.`,
  ]
}
