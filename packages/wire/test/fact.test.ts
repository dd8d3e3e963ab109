import { expect, test } from '@jest/globals'
import { decodeFact, encodeFact } from '../src/fact.ts'
import { fact, T0 } from './examples.ts'

test('a fact comes back as it was', () => {
  expect(decodeFact(encodeFact(fact))).toEqual(fact)
})

test('a fact is one line', () => {
  expect(encodeFact(fact)).not.toContain('\n')
})

test.each([
  ['no JSON', '{'],
  ['another document', '{"targets":[]}'],
  ['an observation that nobody knows', encodeFact(fact).replace('vantages', 'horoscope')],
])('%s is refused', (_, text) => expect(() => decodeFact(text)).toThrow())

test.each(['cluster', 'source', 'boot', 'sequence', 'at', 'receivedAt', 'observed'])(
  'a fact without %s is refused, by name',
  (key) => {
    const { [key as keyof typeof fact]: _, ...rest } = fact
    expect(() => decodeFact(JSON.stringify(rest))).toThrow(key)
  },
)

const outcome = {
  target: 'host:30080',
  vantage: 'host/loopback4',
  startedAt: T0,
  durationMs: 1,
  symptom: 'ok',
  protocol: 'http',
  phases: { connect: 0.5 },
  timeoutMs: 2000,
  burst: false,
}
const observing = (observed: unknown) => JSON.stringify({ ...fact, observed })

test('what happened years ago is a fact as well', () => {
  const text = JSON.stringify({ ...fact, at: 946_684_800_000, observed: { kind: 'outcome', outcome } })
  expect(decodeFact(text).at).toBe(946_684_800_000)
})

test.each([
  ['a time that no clock shows', JSON.stringify({ ...fact, at: 1e300 })],
  ['a time before 1970', JSON.stringify({ ...fact, receivedAt: -1 })],
  ['a number that JSON writes and no clock shows', encodeFact(fact).replace(`"at":${fact.at}`, '"at":1e400')],
  ['an outcome that began at no time', observing({ kind: 'outcome', outcome: { ...outcome, startedAt: 1e300 } })],
  [
    'a run of endless length',
    observing({ kind: 'outcome', outcome: { ...outcome, run: { count: 1e300, until: T0 } } }),
  ],
  ['an outcome without a target', observing({ kind: 'outcome', outcome: { ...outcome, target: undefined } })],
  ['an outcome that is null', observing({ kind: 'outcome', outcome: null })],
  ['a symptom that nobody knows', observing({ kind: 'outcome', outcome: { ...outcome, symptom: 'sad' } })],
  ['a gap without an end', observing({ kind: 'gap', scope: 'prober', from: T0, reason: 'asleep' })],
  ['a list of no objects', observing({ kind: 'listed', resource: 'pods', objects: [null] })],
  ['a container that was started at no time', observing({ kind: 'containers', containers: [{ startedAt: 1e300 }] })],
])('%s is refused', (_, text) => expect(() => decodeFact(text)).toThrow())

test.each<[string, object]>([
  ['a clock that was set by nothing', { kind: 'clock' }],
  ['a clock that was set by a text', { kind: 'clock', byMs: '9' }],
  ['an incident that opened at no time', resumed({ openedAt: null })],
  ['an incident of which nothing was seen', resumed({ evidence: [{}] })],
  ['an incident whose routes have no names', resumed({ routes: { count: 2 } })],
  ['an incident without a sentence', resumed({ summary: undefined })],
])('%s is no fact', (_, observed) => {
  expect(() => decodeFact(observing(observed))).toThrow()
})

test('an incident that was open is one', () => {
  expect(decodeFact(observing(resumed({})))).toMatchObject({ observed: { kind: 'resumed' } })
})

function resumed(changes: object): object {
  const incident = {
    id: 'dev-30080-1',
    cluster: 'dev',
    target: 'host:30080',
    cause: 'etp_local',
    confidence: 'proven',
    candidates: [],
    summary: 'Dark.',
    evidence: [{ kind: 'probe', text: 'silent', at: 1 }],
    remedies: [{ text: 'Wait' }],
    node: null,
    symptoms: {},
    changedAt: null,
    openedAt: 1,
    closedAt: null,
    darkSince: 1,
    darkUntil: null,
    planned: false,
  }
  return { kind: 'resumed', lastAt: 2, incidents: [{ ...incident, ...changes }] }
}
