import { describe, expect, test } from '@jest/globals'
import type { PairDocument } from '../../page/documents.ts'
import { createMatrix, summarizeMesh, troubled } from '../../page/mesh/matrix.ts'
import { mesh } from './meshes.ts'

const onlyFrom = (from: string, to: string, told: Partial<PairDocument>) => (a: string, b: string) =>
  a === from && b === to ? told : {}

describe('the matrix', () => {
  test('has every node once, in the order that people count in, and nothing where a node looks at itself', () => {
    const { nodes, cells } = createMatrix(mesh(['dev-worker10', 'dev-worker2', 'dev-worker']))
    expect(nodes.map(({ name }) => name)).toEqual(['dev-worker', 'dev-worker2', 'dev-worker10'])
    expect(cells.map((row) => row.map((cell) => cell?.state ?? null))).toEqual([
      [null, 'up', 'up'],
      ['up', null, 'up'],
      ['up', 'up', null],
    ])
  })

  test('rows are sources, columns targets', () => {
    const { cells } = createMatrix(mesh(['a', 'b'], { pair: onlyFrom('a', 'b', { symptom: 'silent' }) }))
    expect([cells[0]?.[1]?.state, cells[1]?.[0]?.state]).toEqual(['down', 'up'])
  })

  test.each<[string, Partial<PairDocument>, string]>([
    ['a way that gives every datagram back is whole', {}, 'up'],
    ['one that gives none back is broken', { symptom: 'silent', lost: 8, answered: 0 }, 'down'],
    ['one that refuses is broken', { symptom: 'refused' }, 'down'],
    ['one that loses some loses datagrams', { lost: 1 }, 'flapping'],
    ['so does one whose old flow fails', { keptLost: 2 }, 'flapping'],
    ['so does one that answers now and did not lately', { answered: 0.7 }, 'flapping'],
    ['of one that could not be looked at nothing is known', { symptom: 'local_error' }, 'unknown'],
  ])('%s', (_, told, state) => {
    expect(createMatrix(mesh(['a', 'b'], { pair: onlyFrom('a', 'b', told) })).cells[0]?.[1]?.state).toBe(state)
  })

  test('of what a node saw that is not heard nothing is known, and it is marked; what others see of it counts', () => {
    const { nodes, cells } = createMatrix(
      mesh(['a', 'b'], { silent: ['b'], pair: onlyFrom('a', 'b', { symptom: 'silent' }) }),
    )
    expect(nodes.map(({ silentSince }) => silentSince)).toEqual([null, Date.parse('2026-01-01T00:00:00.000Z')])
    expect([cells[0]?.[1]?.state, cells[1]?.[0]?.state]).toEqual(['down', 'gap'])
  })
})

describe('in a sentence', () => {
  const NAMES = ['a', 'b', 'c']
  test.each([
    ['all is well', mesh(NAMES), 'up', 'All 6 probed paths between nodes work'],
    [
      'one is broken',
      mesh(NAMES, { pair: onlyFrom('a', 'b', { symptom: 'silent' }) }),
      'down',
      '1 of 6 paths between nodes is broken',
    ],
    [
      'a node is down',
      mesh(NAMES, { silent: ['c'], pair: (_, to) => (to === 'c' ? { symptom: 'silent' } : {}) }),
      'down',
      '2 of 4 paths between nodes are broken; 1 of 3 agents does not report',
    ],
    [
      'some lose datagrams',
      mesh(NAMES, { pair: (from) => (from === 'a' ? { lost: 1 } : {}) }),
      'flapping',
      '2 of 6 paths between nodes lose datagrams',
    ],
    ['nothing was seen yet', mesh(NAMES, { pair: () => null }), 'unknown', 'No node has probed another one yet'],
  ])('%s', (_, given, state, text) => expect(summarizeMesh(createMatrix(given))).toEqual({ state, text }))

  test('what is not whole is told node by node, broken ways first', () => {
    const given = mesh(NAMES, {
      pair: (from, to) => (to === 'b' ? { symptom: 'silent' } : from === 'b' && to === 'a' ? { lost: 1 } : {}),
    })
    const told = troubled(createMatrix(given)).map(({ to, state, cells }) => [
      to,
      state,
      cells.map(({ pair }) => pair.from),
    ])
    expect(told).toEqual([
      ['b', 'down', ['a', 'c']],
      ['a', 'flapping', ['b']],
    ])
  })
})
