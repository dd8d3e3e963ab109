import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { editText } from '../src/edit-text.ts'

const set = (path: (string | number)[], value: unknown) => ({ how: 'set' as const, path, value })
const append = (path: (string | number)[], value: unknown) => ({ how: 'append' as const, path, value })

describe('an edit changes its lines and no others', () => {
  test.each([
    [
      'a scalar, its comment kept',
      'a:\n  b: Local # why\nc: 1\n',
      set(['a', 'b'], 'Cluster'),
      'a:\n  b: Cluster # why\nc: 1\n',
    ],
    ['a new key', 'a:\n  b: 1\n', set(['a', 'c'], 2), 'a:\n  c: 2\n  b: 1\n'],
    ['keys on the way', 'a:\n  b: 1\n', set(['a', 'c', 'd'], 2), 'a:\n  c:\n    d: 2\n  b: 1\n'],
    [
      'a key in an item',
      '- role: w\n- role: x\n',
      set([1, 'labels', 'a'], 'b'),
      '- role: w\n- role: x\n  labels:\n    a: b\n',
    ],
    ['in flow style', 'a: {b: {c: 1}}\nd: 1\n', set(['a', 'b', 'e'], 2), 'a:\n  b:\n    c: 1\n    e: 2\nd: 1\n'],
    ['an empty value', 'a:\n  b:\n  c: 1\n', set(['a', 'b', 'x'], 'y'), 'a:\n  b:\n    x: y\n  c: 1\n'],
    [
      'an item more',
      'a:\n  l:\n    - x: 1\n      y: 2\n  c: 1\n',
      append(['a', 'l'], { x: 3 }),
      'a:\n  l:\n    - x: 1\n      y: 2\n    - x: 3\n  c: 1\n',
    ],
    ['an item for an empty list', 'a:\n  l: []\n  c: 1\n', append(['a', 'l'], 'x'), 'a:\n  l:\n  - x\n  c: 1\n'],
    ['the first item', 'a:\n  c: 1\n', append(['a', 'l'], 'x'), 'a:\n  l:\n  - x\n  c: 1\n'],
    [
      'a map by another',
      'a:\n  s:\n    t: 1\n    u: 2\n  c: 1\n',
      set(['a', 's'], { t: 3 }),
      'a:\n  s:\n    t: 3\n  c: 1\n',
    ],
    ['without a line end', 'a:\n- b: 1', append(['a'], { b: 2 }), 'a:\n- b: 1\n- b: 2\n'],
  ])('%s', (_, text, edit, expected) => expect(editText(text, edit)).toBe(expected))

  test('there is no place for it in another shape', () => {
    expect(editText('just text\n', set(['a'], 1))).toBeNull()
  })
})

test('whatever the document, the value is set and the rest stays what it was', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd')
  const leaf = fc.oneof(fc.integer(), fc.constantFrom('x', 'on', '80', 'a: b', ''), fc.constant(null))
  const document = fc.dictionary(
    key,
    fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.array(leaf)), { minKeys: 1 })),
    { minKeys: 1 },
  )
  const flow = fc.boolean()
  fc.assert(
    fc.property(document, key, key, leaf, flow, (before, outer, inner, value, isFlow) => {
      fc.pre(before[outer] === undefined || before[outer] === null || typeof before[outer] === 'object')
      const text = stringify(before, { collectionStyle: isFlow ? 'flow' : 'block' })
      fc.pre(!text.startsWith('{'))
      const edited = editText(text, set([outer, inner], value))
      expect(parse(edited ?? '')).toEqual({
        ...before,
        [outer]: { ...(before[outer] as object | null), [inner]: value },
      })
    }),
  )
})
