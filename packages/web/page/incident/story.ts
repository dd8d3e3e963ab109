import type { IncidentDocument } from '../documents.ts'
import { duration, moment } from '../time.ts'
import { portName, SYMPTOM_WORDS } from '../words.ts'

/** The incident in sentences, beside the one that says what it was. */
export function tellStory(incident: IncidentDocument, now: number): string[] {
  const { target, darkSince, darkUntil, darkSeconds, changedAt, openedAt, planned, candidates } = incident
  const port = `Port ${portName(target)}`
  const since = moment(Date.parse(darkSince), now, 'milliseconds')
  const length = duration(darkSeconds * 1000)
  const dark =
    darkUntil === null
      ? `${port} has been dark since ${since}, for ${length} so far.`
      : `${port} was dark from ${since} to ${moment(Date.parse(darkUntil), now, 'milliseconds')}: ${length}.`
  const change =
    changedAt === null ? [] : [tellChange(Date.parse(changedAt), Date.parse(darkSince), Date.parse(openedAt), now)]
  const others = candidates.length === 0 ? [] : [`From here it cannot be told apart from ${candidates.join(', ')}.`]
  return [
    dark,
    ...change,
    ...tellSymptoms(incident),
    ...(planned ? ['A drain or rollout was going on: it was planned.'] : []),
    ...others,
  ]
}

function tellChange(changedAt: number, darkSince: number, openedAt: number, now: number): string {
  const lag = darkSince - changedAt
  const known = `it was understood ${duration(Math.max(0, openedAt - changedAt))} after the change`
  const at = moment(changedAt, now, 'milliseconds')
  if (Math.abs(lag) < 1) return `The cluster changed at ${at}, at that very moment; ${known}.`
  return lag > 0
    ? `The cluster changed at ${at}, ${duration(lag)} before; ${known}.`
    : `The first failed probe was under way when the cluster changed at ${at}; ${known}.`
}

function tellSymptoms({ vantages, state }: IncidentDocument): string[] {
  const seen = Object.entries(vantages).filter(([, symptom]) => symptom !== 'ok')
  if (seen.length === 0 || state === 'closed') return []
  return [`Seen: ${seen.map(([vantage, symptom]) => `${SYMPTOM_WORDS[symptom]} (${vantage})`).join('; ')}.`]
}
