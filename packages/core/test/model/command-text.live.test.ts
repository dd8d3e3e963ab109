import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { commandText, operands } from '../../src/index.ts'
import { wordsIn } from '../shell.ts'

const NASTY = [
  'x; touch y',
  '$(id)',
  '`id`',
  "it's",
  'a\\',
  "\\'",
  '!!',
  '-rf',
  '--context=b',
  '~',
  '*',
  '#',
  '=ls',
  '',
]
/** They end a line, a paste or a word, or change the order in which a person reads. */
const UNSEEN = [
  '\n',
  '\r',
  '\t',
  '\u{3}',
  '\u{1b}[201~',
  '\u{7f}',
  '\u{9b}',
  '\u{202e}',
  '\u{2028}',
  '\u{200b}',
  '\u{3164}',
  '\u{e0141}',
]

const commandsOf = (...parts: fc.Arbitrary<string>[]) => {
  const text = fc.array(fc.oneof(...parts), { maxLength: 4 }).map((some) => some.join(''))
  const word = fc.oneof(
    text,
    text.map((value) => `--name=${value}`),
  )
  return fc.array(fc.array(word, { maxLength: 5 }), { minLength: 1, maxLength: 50 })
}
const seen = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme-ascii' }))
const unseen = fc.oneof(
  fc.constantFrom(...UNSEEN),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
)

describe('a command that is printed', () => {
  test.each([
    ['keeps plain words as they are', ['kubectl', '--context=a', 'get', 'pod/b'], 'kubectl --context=a get pod/b'],
    ['quotes the value of an option alone', ['x', '--patch={"a":1}'], `x --patch='{"a":1}'`],
    ['holds a quote outside of the quotes', ['x', `it's`], `x 'it'\\''s'`],
    ['holds a backslash outside of the quotes, for fish', ['x', 'a\\'], `x 'a'\\\\''`],
    ['quotes an empty word', ['x', ''], `x ''`],
    ['quotes what zsh takes for the path of a program', ['x', '=ls'], `x '=ls'`],
    ['holds a second command as a part of a word', ['kind', '--name=x; touch y'], `kind --name='x; touch y'`],
    ['writes a control character as its number', ['x', '--context=a\n\u{1b}'], `x --context=$'a\\012\\033'`],
    ['writes one that reverses the text as its number', ['x', '\u{202e}'], `x $'\\342\\200\\256'`],
    ['writes a letter that nobody sees as its number', ['x', 'web\u{3164}'], `x $'web\\343\\205\\244'`],
    ['names nothing where a word holds NUL', ['x', 'a\0b'], `x $'a\\357\\277\\275b'`],
  ])('%s', (_, words, line) => expect(commandText(words)).toBe(line))

  test('is read by sh as the words that were meant', () => {
    fc.assert(
      fc.property(commandsOf(seen), (commands) => {
        expect(wordsIn(commands.map(commandText), 'sh')).toEqual(commands)
      }),
    )
  })

  test('is read by bash as the words that were meant, whatever characters they hold', () => {
    fc.assert(
      fc.property(commandsOf(seen, unseen), (commands) => {
        const lines = commands.map(commandText)
        expect(wordsIn(lines)).toEqual(commands)
        expect(lines.join('')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
      }),
    )
  })
})

test('an operand that begins with a dash comes after the end of the options, and only then', () => {
  expect(operands('a', '-rf')).toEqual(['--', 'a', '-rf'])
  expect(operands('a', 'b')).toEqual(['a', 'b'])
})
