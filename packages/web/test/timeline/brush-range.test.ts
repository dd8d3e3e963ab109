import { describe, expect, test } from '@jest/globals'
import { around, darkPath, dragged, gripAt, overviewOf, sharesOf } from '../../page/timeline/brush-range.ts'

const overview = { from: 0, to: 100_000 }
const view = { from: 40_000, to: 60_000 }

describe('dragging', () => {
  test.each([
    ['the start', 'from', 40_000, 10_000, { from: 10_000, to: 60_000 }],
    ['the start beyond the end', 'from', 40_000, 90_000, { from: 59_000, to: 60_000 }],
    ['the end', 'to', 60_000, 70_000, { from: 40_000, to: 70_000 }],
    ['the end out of the strip', 'to', 60_000, 900_000, { from: 40_000, to: 100_000 }],
    ['the window', 'window', 50_000, 45_000, { from: 35_000, to: 55_000 }],
    ['the window out of the strip', 'window', 50_000, 500_000, { from: 80_000, to: 100_000 }],
    ['over the ground', 'ground', 80_000, 90_000, { from: 80_000, to: 90_000 }],
    ['over the ground backwards', 'ground', 90_000, 80_000, { from: 80_000, to: 90_000 }],
    ['over next to nothing', 'ground', 80_000, 80_001, { from: 80_000, to: 81_000 }],
  ] as const)('%s', (_, grip, began, at, expected) => {
    expect(dragged(grip, view, began, at, overview)).toEqual(expected)
  })
})

test.each([
  ['far before it', 70, 'ground'],
  ['just before it', 90, 'from'],
  ['just inside', 105, 'from'],
  ['in its middle', 120, 'window'],
  ['just before its end', 135, 'to'],
  ['behind it', 150, 'to'],
  ['far behind it', 160, 'ground'],
])('a finger %s takes hold of the right part of the window', (_, x, grip) => {
  expect(gripAt(x, 100, 140)).toBe(grip)
})

test('a window of a few pixels can be moved as well as widened', () => {
  expect([98, 103, 108].map((x) => gripAt(x, 100, 106))).toEqual(['from', 'window', 'to'])
})

test('a click brings the same length of time there', () => {
  expect(around(80_000, view)).toEqual({ from: 70_000, to: 90_000 })
})

test('the overview holds what is known and what is looked at', () => {
  expect(overviewOf({ from: -5000, to: 0 }, overview)).toEqual({ from: -5000, to: 100_000 })
  expect(overviewOf(view, overview)).toEqual(overview)
})

test('the window is never too thin to be seen, and never outside', () => {
  const { from, to } = sharesOf({ from: 100_000, to: 102_000 }, overview)
  expect(to - from).toBeGreaterThan(0.003)
  expect(to).toBeLessThanOrEqual(1)
})

test('what was dark is a column at least, and what overlaps is drawn once', () => {
  expect(darkPath([{ from: 50_000, to: 50_001 }], overview)).toBe('M120 0h1v1h-1z')
  const twice = darkPath(
    [
      { from: 0, to: 900 },
      { from: 100, to: 800 },
    ],
    overview,
  )
  expect(twice.match(/M/g)?.length).toBe(3)
  expect(darkPath([{ from: -9000, to: -8000 }], overview)).toBe('')
})
