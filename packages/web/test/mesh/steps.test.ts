import { expect, test } from '@jest/globals'
import { createMatrix } from '../../page/mesh/matrix.ts'
import { firstPlace, stepFrom } from '../../page/mesh/steps.ts'
import { mesh } from './meshes.ts'

/** b does not look at c. */
const matrix = createMatrix(mesh(['a', 'b', 'c'], { pair: (from, to) => (from === 'b' && to === 'c' ? null : {}) }))

test.each([
  ['to the right', 'ArrowRight', [0, 1], [0, 2]],
  ['to the left over the node itself', 'ArrowLeft', [2, 1], [2, 0]],
  ['down over what is not looked at', 'ArrowDown', [0, 2], null],
  ['down over the node itself', 'ArrowDown', [0, 1], [2, 1]],
  ['up', 'ArrowUp', [2, 0], [1, 0]],
  ['not beyond the end', 'ArrowRight', [0, 2], null],
  ['to the beginning of the row', 'Home', [2, 1], [2, 0]],
  ['to its end', 'End', [0, 1], [0, 2]],
  ['nowhere by other keys', 'x', [0, 1], null],
] as const)('%s', (_, key, [row, column], expected) => {
  const next = stepFrom(matrix, { row, column }, key)
  expect(next === null ? null : [next.row, next.column]).toEqual(expected)
})

test('it begins with the first cell that has something to say', () => {
  expect(firstPlace(matrix)).toEqual({ row: 0, column: 1 })
  expect(firstPlace(createMatrix(mesh(['a'])))).toBeNull()
})
