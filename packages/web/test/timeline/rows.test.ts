import { describe, expect, test } from '@jest/globals'
import { clusterEvents, nextDark, type Row, rowsOf, stretchAt } from '../../page/timeline/rows.ts'

function row(states: [Row['reach'][number]['state'], number, number][], moves: Row['moves'] = []): Row {
  const reach = states.map(([state, from, to]) => {
    return { state, from, to, symptom: null, incident: null, episodes: 0, darkSeconds: 0 }
  })
  return { cluster: 'dev', target: 'host:1', isKnown: true, reach, placement: [], moves }
}

const one = row([
  ['up', 0, 10],
  ['down', 10, 20],
  ['up', 30, 40],
  ['down', 40, 50],
])

describe('a row', () => {
  test.each([
    [5, 'up'],
    [10, 'down'],
    [25, undefined],
    [49, 'down'],
    [50, undefined],
  ])('at %d it is %s', (at, state) => expect(stretchAt(one.reach, at)?.state).toBe(state))

  test('leads from one dark stretch to the next and back', () => {
    expect(nextDark(one, 0, 1)?.from).toBe(10)
    expect(nextDark(one, 15, 1)?.from).toBe(40)
    expect(nextDark(one, 45, 1)).toBeNull()
    expect(nextDark(one, 45, -1)?.from).toBe(10)
  })
})

test('what happened to the cluster is told once, of however many ports it is told', () => {
  const move = { workload: 'Deployment/default/web', kind: 'rescheduled' as const, from: [], to: [], count: 1 }
  const drained = { ...move, at: 5000, reason: 'drain of dev-worker' }
  const rows = [
    row([], [drained]),
    row(
      [],
      [
        { ...drained, at: 5100 },
        { ...move, at: 9000, reason: 'deleted' },
      ],
    ),
  ]
  expect(clusterEvents(rows).map(({ text }) => text)).toEqual(['drain of dev-worker'])
})

describe('rows of a document', () => {
  const at = (second: number) => new Date(second * 1000).toISOString()
  const lane = (target: string, node: string) => {
    const placement = { from: at(0), to: at(9), mappedNode: node, podNodes: [], expectedUp: true, epochs: 1 }
    return { cluster: 'dev', target, reach: [], placement: [placement], moves: [] }
  }
  const ports = ['host:1', 'host:2'].map((target) => ({ cluster: 'dev', target }))
  const document = { from: at(0), to: at(9), resolutionSeconds: 0, ports, events: [], notes: [] }

  test('are there for every port, known where its lane was asked for', () => {
    const { rows } = rowsOf({ ...document, lanes: [lane('host:2', 'a')] })
    expect(rows.map(({ target, isKnown }) => [target, isKnown])).toEqual([
      ['host:1', false],
      ['host:2', true],
    ])
  })

  test('leave each node the place that it has: its colour depends on it', () => {
    const first = rowsOf({ ...document, lanes: [lane('host:1', 'b')] }).nodes
    expect(rowsOf({ ...document, lanes: [lane('host:2', 'a'), lane('host:1', 'b')] }, first).nodes).toEqual(['b', 'a'])
  })
})
