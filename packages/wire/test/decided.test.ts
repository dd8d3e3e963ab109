import { expect, test } from '@jest/globals'
import { decodeDecided } from '../src/decided.ts'
import { changes, epoch, explanation, incident } from './examples.ts'

const { cluster } = incident

const sent = (observed: unknown, of = cluster) => ({
  cluster: of,
  source: 'collector/dev',
  boot: 'b',
  facts: [{ sequence: 1, at: 1, observed }],
})

const note = { id: 'n', cluster, targets: ['host:30080'], from: 1, to: 2, text: 'maintenance' }
const opened = { type: 'incident.opened', at: 1, cluster, target: incident.target, incident }

test.each([
  ...changes.map((change) => [change.type, { kind: 'change', change }]),
  ['an incident', { kind: 'incident', incident }],
  ['an epoch', { kind: 'epoch', epoch }],
  ['a note', { kind: 'note', note }],
  ['a port', { kind: 'port', target: explanation.target.id, explanation }],
] as [string, object][])('%s of its own cluster is taken', (_, observed) => {
  expect(decodeDecided(sent(observed))).toEqual(sent(observed))
})

const foreign = { ...incident, cluster: 'prod' }

test.each([
  ['an incident of another cluster', { kind: 'incident', incident: foreign }],
  [
    'an incident of another cluster within a change of its own',
    { kind: 'change', change: { ...opened, incident: foreign } },
  ],
  [
    'a port of its own with an incident of another cluster',
    { kind: 'port', target: 'host:1', explanation: { ...explanation, incident: foreign } },
  ],
  ['a note that would silence every cluster of the hub', { kind: 'note', note: { ...note, cluster: null } }],
])('a batch with %s is refused', (_, observed) => {
  expect(() => decodeDecided(sent(observed))).toThrow(/of another cluster/)
})

test('of very many faulty facts the first is named, and none that has more values than any has', () => {
  const evidence = Array.from({ length: 100_000 }, () => ({ at: 1 }))
  const { facts, ...head } = sent({ kind: 'incident', incident: { ...incident, evidence } })
  const many = Array.from({ length: 2000 }, () => facts[0])
  const issues = () => {
    try {
      return decodeDecided({ ...head, facts: many })
    } catch (error) {
      return (error as { issues: { path: PropertyKey[] }[] }).issues.map(({ path }) => path.join('.'))
    }
  }
  expect(issues()).toEqual(['facts.0.observed.incident'])
})
