import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { editText, type TextEdit } from '../src/edit-text.ts'
import { documents, edits, styles, write } from './styled-yaml.ts'

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
    ['in flow style', 'a: {b: {c: 1}}\nd: 1\n', set(['a', 'b', 'e'], 2), 'a: {b: {c: 1, e: 2}}\nd: 1\n'],
    ['an empty value', 'a:\n  b:\n  c: 1\n', set(['a', 'b', 'x'], 'z'), 'a:\n  b:\n    x: z\n  c: 1\n'],
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

  test.each([
    [
      'lists in flow style',
      's: {ports: [{port: 80, targetPort: 8080}]}\n',
      set(['s', 'ports', 0, 'nodePort'], 30080),
      's: {ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}\n',
    ],
    ['an item of a list in flow style', 'l: [a]\nb: 1\n', append(['l'], { x: 1 }), 'l: [a, {x: 1}]\nb: 1\n'],
    [
      'a map in flow style over several lines',
      'm: {\n  a: 1, # one\n  b: 2 # two\n}\n',
      set(['m', 'c'], 3),
      'm: {\n  a: 1, # one\n  b: 2,\n  c: 3 # two\n}\n',
    ],
    ['an empty map in flow style', 'm: {o: {}}\n', set(['m', 'o', 'c'], 3), 'm: {o: {c: 3}}\n'],
    ['JSON', '{"a": {"b": 1}}\n', set(['a', 'c'], { d: 'x' }), '{"a": {"b": 1, "c": {"d": "x"}}}\n'],
    [
      'JSON over several lines',
      '{\n  "a": [\n    1\n  ]\n}\n',
      append(['a'], 'x'),
      '{\n  "a": [\n    1,\n    "x"\n  ]\n}\n',
    ],
    ['a block scalar', 'a:\n  b: |\n    one\n    two\n  c: 1\n', set(['a', 'b'], 'x'), 'a:\n  b: x\n  c: 1\n'],
    ['a key behind a block scalar', '- b: |\n    one\n- c: 1\n', set([0, 'd'], 1), '- b: |\n    one\n  d: 1\n- c: 1\n'],
    [
      'a comment behind an empty value',
      'a:\n  b: # why\n  c: 1\n',
      set(['a', 'b', 'x'], 1),
      'a:\n  b: # why\n    x: 1\n  c: 1\n',
    ],
    ['a null that is written', 'a:\n  b: null # why\n', set(['a', 'b', 'x'], 1), 'a:\n  b: # why\n    x: 1\n'],
    [
      'lines that end with CR LF',
      'a:\r\n  b:\r\n  - x: 1\r\n',
      append(['a', 'b'], { x: 2 }),
      'a:\r\n  b:\r\n  - x: 1\r\n  - x: 2\r\n',
    ],
    ['tabs in comments', 'a:\t# one\ttwo\n  b: 1\t# three\n', set(['a', 'b'], 2), 'a:\t# one\ttwo\n  b: 2\t# three\n'],
    [
      'a text that is a truth in YAML 1.1',
      'a:\n  b: x\n',
      set(['a', 'c'], { d: 'on' }),
      'a:\n  c:\n    d: "on"\n  b: x\n',
    ],
    ['the last of two equal keys', 'a:\n  b: 1\n  b: 2\n', set(['a', 'b'], 3), 'a:\n  b: 1\n  b: 3\n'],
    [
      'a value beside a merge',
      'a: &a {x: 1}\nb:\n  <<: *a\n  c: 1\n',
      set(['b', 'c'], 2),
      'a: &a {x: 1}\nb:\n  <<: *a\n  c: 2\n',
    ],
    ['an anchor that nothing stands for', 'a: &a\n  b: 1\n', set(['a', 'b'], 2), 'a: &a\n  b: 2\n'],
  ])('it keeps %s', (_, text, edit, expected) => expect(editText(text, edit)).toBe(expected))

  test.each([
    ['an alias', 'a: &a {b: 1}\nc: *a\n', set(['c', 'b'], 2)],
    ['what an alias stands for', 'a: &a {b: 1}\nc: *a\n', set(['a', 'b'], 2)],
    ['what is merged in', 'a: &a {b: {c: 1}}\nd:\n  <<: *a\n', set(['d', 'b', 'c'], 2)],
    ['what is merged elsewhere', 'a: &a\n  b: 1\nd:\n  <<: *a\n', set(['a', 'b'], 2)],
    ['a broken document', 'a: [\nb: 1\n', set(['b'], 2)],
    ['a key of its own line', '? a\n: b\n', set(['c'], 2)],
  ])('there is none within %s', (_, text, edit) => expect(editText(text, edit)).toBeNull())
})

const intended = (value: unknown, [key, ...rest]: (string | number)[], edit: TextEdit): unknown => {
  if (key === undefined) return edit.how === 'set' ? edit.value : [...((value ?? []) as unknown[]), edit.value]
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? intended(one, rest, edit) : one))
  const map = (value ?? {}) as Record<string, unknown>
  return { ...map, [key]: intended(map[key], rest, edit) }
}

test.each([
  ['proven by parsing it', 0],
  ['of a file too long for that', 40_000],
])('in whatever style a document is written, an edit does what is meant: %s', (_, padding) => {
  fc.assert(
    fc.property(
      documents.chain((value) => fc.tuple(fc.constant(value), styles, edits(value))),
      ([value, style, edit]) => {
        const pad = padding === 0 ? '' : `# ${'x'.repeat(padding)}${style.eol}`
        const text = pad + write(value, { ...style, above: '', below: style.below.startsWith('-') ? '' : style.below })
        const edited = editText(text, edit)
        expect(edited).not.toBeNull()
        expect(parse(edited ?? '', { version: '1.1' })).toEqual(intended(value, edit.path, edit))
        if (text.includes('\r\n')) expect(edited).not.toMatch(/[^\r]\n/)
        if (style.flowFrom === 0 && padding === 0 && style.below.trim() === '') JSON.parse(edited ?? '')
      },
    ),
    { numRuns: 300 },
  )
})
