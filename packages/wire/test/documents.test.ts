import { describe, expect, test } from '@jest/globals'
import * as wire from '../src/index.ts'
import { changes, epoch, explanation, incident, T0, target } from './examples.ts'

const AT = '2026-01-02T03:04:05.678Z'

describe('what is encoded fits its schema', () => {
  const watching = { at: T0, clusters: ['dev'], vantages: ['host/loopback4'], store: '/store', page: null }
  test.each([
    ['the first line', wire.watchLine, wire.encodeWatching(watching)],
    ...changes.map((change) => [change.type, wire.watchLine, wire.encodeChange(change)] as const),
    ['an incident', wire.incidentDocument, wire.encodeIncident(incident, T0)],
    ['incidents', wire.incidentsDocument, wire.encodeIncidents([incident], T0)],
    ['targets', wire.targetsDocument, wire.encodeTargets([target])],
    ['epochs', wire.epochsDocument, wire.encodeEpochs([epoch])],
    ['an explanation', wire.explanationDocument, wire.encodeExplanation(explanation, T0)],
    ['a path', wire.pathDocument, wire.encodePath(explanation)],
    ['a timeline', wire.timelineDocument, wire.encodeTimeline({ from: T0, to: T0, entries: changes, complete: true })],
  ])('%s', (_, schema, document) => {
    // Equal after parsing: nothing is in the document that the schema does not name.
    expect(schema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
  })
})

describe('times and durations', () => {
  test('times are ISO 8601 with milliseconds, UTC', () => {
    expect(wire.encodeIncident(incident, T0)).toMatchObject({ openedAt: AT, closedAt: null })
    expect(wire.encodeTarget(target)).toMatchObject({ since: AT, lastOkAt: null, vantages: [{ at: AT }] })
  })

  test('durations are seconds', () => {
    expect(wire.encodeTarget(target).vantages[0]?.durationSeconds).toBe(1.0005)
  })

  test.each([
    ['until now while it is open', {}, 1.1],
    ['until the first probe that was answered again', { darkUntil: T0 + 400, closedAt: T0 + 900 }, 0.5],
    ['until it was closed where no answer came (the port was unmapped)', { closedAt: T0 + 900 }, 1],
  ])('an incident is dark %s', (_, given, expected) => {
    expect(wire.encodeIncident({ ...incident, ...given }, T0 + 1000).darkSeconds).toBe(expected)
  })

  test('an incident in a change is as old as the change', () => {
    const [opened, closed] = changes.filter((change) => change.type.startsWith('incident.')).map(wire.encodeChange)
    expect(opened).toMatchObject({ type: 'incident.opened', state: 'open', darkSeconds: 0.1 })
    expect(closed).toMatchObject({ type: 'incident.closed', state: 'closed', darkSeconds: 2 })
  })
})
