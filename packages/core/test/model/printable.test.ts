import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapeInJson, mapStrings, printable, printableAll, printableLines } from '../../src/model/printable.ts'

const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u001b', '[31m', '\u009b', '\u202e', '\n', '\t', 'é') }),
)

describe('a text that is shown', () => {
  test.each([
    ['stays as it is where it does no harm', 'Dépôt “pêche” ⚓ 👩‍🚀', 'Dépôt “pêche” ⚓ 👩‍🚀'],
    ['moves no cursor and has no colour', 'a\u001b[31mb\u009b2Jc\u0007', 'a\uFFFD[31mb\uFFFD2Jc\uFFFD'],
    ['is one line', 'panic:\r\n\tout of\u2028memory\u0085', 'panic: out of memory '],
    ['is read in its own order', 'a\u202eb\u2066c\u200fd', 'a\uFFFDb\uFFFDc\uFFFDd'],
    ['is whole characters', 'a\ud800b', 'a\uFFFDb'],
    ['is bounded', 'a'.repeat(5000), `${'a'.repeat(3999)}…`],
  ])('%s', (_, given, shown) => expect(printable(given)).toBe(shown))

  test('holds no control character, is bounded, and is shown the same again', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = printable(given)
        expect(shown).not.toMatch(CONTROL)
        expect(shown.length).toBeLessThanOrEqual(4000)
        expect(printable(shown)).toBe(shown)
      }),
    )
  })
})

test('lines stay lines', () => expect(printableLines('a\u001b\n  b\r\n')).toBe('a\uFFFD\n  b\n'))

test('every string of a document is fit to be shown, as deep as it is, and nothing else changes', () => {
  const given = { a: 'x\u001b', b: [{ c: 'y\n' }, 1, null, true], __proto__: null }
  expect(printableAll(given)).toEqual({ a: 'x\uFFFD', b: [{ c: 'y ' }, 1, null, true] })
})

test('a key that means something to JavaScript is a key as any other', () => {
  const given: unknown = JSON.parse('{"__proto__":{"a":"x\\n"}}')
  expect(JSON.stringify(printableAll(given))).toBe('{"__proto__":{"a":"x "}}')
})

test('strings are mapped by the key under which they stand, in lists too', () => {
  expect(mapStrings({ a: 'x', b: ['y'] }, (one, key) => `${key}:${one}`)).toEqual({ a: 'a:x', b: ['b:y'] })
})

test('JSON keeps its data and does nothing to a terminal', () => {
  fc.assert(
    fc.property(text, (given) => {
      const json = escapeInJson(JSON.stringify({ given }))
      expect(json).not.toMatch(CONTROL)
      expect(JSON.parse(json)).toEqual({ given })
    }),
  )
})
