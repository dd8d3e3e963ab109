import {
  type Fact,
  hasBoundedNumbers,
  type Incident,
  isTime,
  LATEST_MS,
  type Observation,
  type Outcome,
  SYMPTOMS,
} from '@portolan/core'
import { z } from 'zod'

const time = z.number().min(0).max(LATEST_MS)

/**
 * What every fact carries. What was observed is closed by its kind; core reads it. It may be years old: the bounds of its
 * numbers hold for every time.
 */
const envelope = z.object({
  cluster: z.string(),
  source: z.string(),
  boot: z.string(),
  sequence: z.int(),
  at: time,
  receivedAt: time,
  observed: z
    .looseObject({
      kind: z.enum([
        'outcome',
        'protocol',
        'vantages',
        'engine',
        'containers',
        'container',
        'listed',
        'object',
        'watch',
        'gap',
        'clock',
        'tick',
        'resumed',
        'agent',
        'witness',
      ]),
    })
    .refine((observed) => hasBoundedNumbers(observed), 'expected numbers within bounds')
    .refine((observed) => isWhole(observed as Observation), 'expected all that such an observation states'),
})

const KINDS: ReadonlySet<unknown> = new Set(envelope.shape.observed.shape.kind.options)

/** Accepts what the schema does, for facts that come by the million: that one says what is wrong. */
function isFact(value: Partial<Fact> | null): value is Fact {
  return (
    typeof value?.cluster === 'string' &&
    typeof value.source === 'string' &&
    typeof value.boot === 'string' &&
    Number.isSafeInteger(value.sequence) &&
    isTime(value.at) &&
    isTime(value.receivedAt) &&
    KINDS.has(value.observed?.kind) &&
    hasBoundedNumbers(value.observed) &&
    isWhole(value.observed as Observation)
  )
}

/** It has what its readers take for granted. */
function isWhole(observed: Observation): boolean {
  switch (observed.kind) {
    case 'outcome':
      return isOutcome((observed as { outcome?: Partial<Outcome> | null }).outcome)
    case 'gap':
      return isTime(observed.from) && isTime(observed.to) && typeof observed.reason === 'string'
    case 'containers':
      return areObjects(observed.containers)
    case 'listed':
      return areObjects(observed.objects)
    case 'object':
      return areObjects([observed.object])
    case 'resumed':
      return isTime(observed.lastAt) && areObjects(observed.incidents) && observed.incidents.every(isIncident)
    case 'clock':
      return typeof observed.byMs === 'number'
    case 'witness':
      return observed.refused === null || typeof observed.refused === 'string'
    default:
      return true
  }
}

function isOutcome(outcome: Partial<Outcome> | null | undefined): boolean {
  return (
    typeof outcome?.target === 'string' &&
    typeof outcome.vantage === 'string' &&
    isTime(outcome.startedAt) &&
    typeof outcome.durationMs === 'number' &&
    outcome.durationMs >= 0 &&
    KNOWN_SYMPTOMS.has(outcome.symptom) &&
    areObjects([outcome.phases]) &&
    (outcome.run === undefined || (isTime(outcome.run?.until) && Array.isArray(outcome.run.durationsMs)))
  )
}

function isIncident(incident: Partial<Incident>): boolean {
  const { id, target, summary, cause, openedAt, darkSince, closedAt, darkUntil, evidence, remedies, candidates } =
    incident
  return (
    [id, target, summary, cause].every((text) => typeof text === 'string') &&
    isTime(openedAt) &&
    isTime(darkSince) &&
    [closedAt, darkUntil, incident.changedAt].every((at) => at === null || isTime(at)) &&
    areObjects(evidence ?? [null]) &&
    (evidence ?? []).every(({ at, text }) => isTime(at) && typeof text === 'string') &&
    areObjects(remedies ?? [null]) &&
    (remedies ?? []).every(({ text }) => typeof text === 'string') &&
    Array.isArray(candidates) &&
    areObjects([incident.symptoms]) &&
    [incident.foundDarkAt, incident.changedAt ?? undefined].every((at) => at === undefined || isTime(at)) &&
    areObjects([incident.trigger ?? {}, ...(incident.later ?? [])]) &&
    [...(incident.trigger === undefined ? [] : [incident.trigger]), ...(incident.later ?? [])].every(
      ({ at, text }) => isTime(at) && typeof text === 'string',
    )
  )
}

function areObjects(values: readonly unknown[]): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'object' && value !== null)
}

const KNOWN_SYMPTOMS: ReadonlySet<unknown> = new Set(SYMPTOMS)

/** A fact as it is stored and recorded: JSON in one line, times as core counts them. */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(fact)
}

/** @throws {z.ZodError | SyntaxError} when the text is no fact */
export function decodeFact(text: string): Fact {
  const value = JSON.parse(text)
  return isFact(value) ? value : (envelope.parse(value) as unknown as Fact)
}
