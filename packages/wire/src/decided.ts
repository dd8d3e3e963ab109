import {
  type Batch,
  type Change,
  type Decided,
  type Epoch,
  hasBoundedNumbers,
  type Incident,
  LATEST_MS,
  MOST_COUNTED,
  type Note,
  TARGET_NAME,
  type TargetExplanation,
} from '@portolan/core'
import * as z from 'zod'
import { MOST_FACTS } from './batch.ts'
import { changeLine, encodeChange } from './change.ts'
import { encodeEpoch, epochDocument } from './epoch.ts'
import { encodeExplanation, explanationDocument } from './explanation.ts'
import { encodeIncident, incidentDocument } from './incident.ts'
import { listOf } from './list-of.ts'
import { encodeNote, noteDocument } from './note.ts'

const LONGEST_TEXT = 5000
const MOST_PORTS = 5000
/** Within one fact: texts, numbers, lists and objects. */
const MOST_VALUES = 50_000

const name = z.string().min(1).max(253)
const target = z.string().regex(TARGET_NAME, 'expected a target')
const time = z.int().min(0).max(LATEST_MS)
const count = z.int().min(0).max(MOST_COUNTED)

/** One of core's own values: it is what it should be if the document that it is served as is. */
function valueOf<T>(what: string, check: (value: T) => void) {
  return z.custom<T>((value) => {
    try {
      // First: what is wrong with very many values takes all memory to name.
      if (!isBounded(value)) return false
      check(value as T)
      return true
    } catch {
      return false
    }
  }, `expected ${what}`)
}

const decided = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('change'),
    change: valueOf<Change>('a change', (value) => changeLine.parse(encodeChange(value))),
  }),
  z.strictObject({
    kind: z.literal('incident'),
    incident: valueOf<Incident>('an incident', (value) => incidentDocument.parse(encodeIncident(value, 0))),
  }),
  z.strictObject({
    kind: z.literal('epoch'),
    epoch: valueOf<Epoch>('an epoch', (value) => epochDocument.parse(encodeEpoch(value))),
  }),
  z.strictObject({
    kind: z.literal('note'),
    note: valueOf<Note>('a note', (value) => noteDocument.parse(encodeNote(value))),
  }),
  z.strictObject({
    kind: z.literal('rollup'),
    rollup: z.strictObject({
      target,
      at: time.multipleOf(60_000),
      attempts: count,
      failed: count,
      medianMs: z.number().min(0).max(MOST_COUNTED).nullable(),
    }),
  }),
  z.strictObject({
    kind: z.literal('port'),
    target,
    explanation: valueOf<TargetExplanation>('an explanation', (value) =>
      explanationDocument.parse(encodeExplanation(value, 0)),
    ).nullable(),
  }),
  z.strictObject({ kind: z.literal('ports'), targets: z.array(target).max(MOST_PORTS) }),
  z.strictObject({
    kind: z.literal('gap'),
    scope: z.literal('spool'),
    from: time,
    to: time,
    reason: z.string().max(LONGEST_TEXT),
  }),
])

const batch = z.strictObject({
  cluster: name,
  source: z.string().regex(/^collector\/[A-Za-z0-9._-]{1,253}$/, 'expected collector/NAME'),
  boot: z.string().regex(/^[\w~-]{1,80}$/, 'expected an id'),
  facts: listOf(z.strictObject({ sequence: z.int().min(1), at: time, observed: decided }), MOST_FACTS).refine(
    ({ length }) => length > 0,
    'expected at least one fact',
  ),
})

/**
 * A batch on its way to a hub. It is of one cluster, and so is all that it reports.
 *
 * @throws {z.ZodError} naming what is wrong with the first faulty fact
 */
export function decodeDecided(body: unknown): Batch<Decided> {
  if (!hasBoundedNumbers(body))
    throw new z.ZodError([{ code: 'custom', path: [], message: 'a number is too large', input: null }])
  const read = batch.parse(body)
  const others = read.facts.flatMap(({ observed }, index) => (isOf(read.cluster, observed) ? [] : [index]))
  if (others.length > 0) {
    const issue = (index: number) => ({
      code: 'custom' as const,
      path: ['facts', index],
      message: 'of another cluster',
      input: null,
    })
    throw new z.ZodError(others.map(issue))
  }
  return read as unknown as Batch<Decided>
}

/** Whatever in it says of which cluster it is, says that it is of this one: an incident within a change as well. */
function isOf(cluster: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, one]) => (key === 'cluster' ? one === cluster : isOf(cluster, one)))
}

function isBounded(whole: unknown): boolean {
  let left = MOST_VALUES
  const isWithin = (value: unknown): boolean => {
    left -= 1
    if (left < 0) return false
    if (typeof value === 'string') return value.length <= LONGEST_TEXT
    if (typeof value !== 'object' || value === null) return true
    return Object.entries(value).every(([key, one]) => key.length <= LONGEST_TEXT && isWithin(one))
  }
  return isWithin(whole)
}
