import { describe, expect, test } from '@jest/globals'
import { escapeInJson } from '@portolan/core'
import { parse } from 'yaml'
import { documentText, yamlText } from '../../src/render/document.ts'

describe('a document as YAML', () => {
  const document = {
    port: 'sea/30080',
    since: '2026-03-01T12:00:00.000Z',
    answers: 'yes',
    count: 2,
    none: null,
    list: [{ text: 'two\nlines' }, {}],
    hostile: 'a\u202eb\u0007c\u009bd\u2028e',
    '\u202ekey': '- # : not a list',
  }

  test.each(['1.1', '1.2'] as const)('a parser of YAML %s reads the same data from', async (version) => {
    expect(parse(await yamlText(document), { version })).toEqual(document)
  })

  test('does nothing to the terminal, whatever is in a text', async () => {
    const text = await yamlText(document)
    expect(escapeInJson(text)).toBe(text)
    expect(text).not.toContain('\u0007')
  })
})

test.each([
  ['--output json', { output: 'json' as const }, '{\n  "a": 1\n}\n'],
  ['--json', { output: 'text' as const, json: true }, '{\n  "a": 1\n}\n'],
  ['--output yaml', { output: 'yaml' as const }, 'a: 1\n'],
  ['neither', { output: 'text' as const }, null],
])('%s asks for a document, or for none', async (_, flags, text) => {
  expect(await documentText(flags, () => ({ a: 1 }))).toBe(text)
})
