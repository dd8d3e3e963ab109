import { expect, test } from '@jest/globals'
import { splitDocuments } from '../src/document.ts'
import { sourceOf } from './source-of.ts'

const textsOf = (text: string) => splitDocuments(sourceOf(text, 'a.yaml')).map((chunk) => chunk.text)

test.each([
  ['nothing but comments', '# a\n  # b\n'],
  ['comments with returns', '# a\r\n\r\n \t\r\n...\r\n'],
  ['a directive', '%YAML 1.2\n'],
  ['very many returns', '\r'.repeat(500_000)],
])('a document of %s is left out', (_, text) => {
  expect(textsOf(text)).toEqual([])
})

test('a document has content after very many returns', () => {
  expect(textsOf(`${'\r'.repeat(500_000)} a: 1`)).toHaveLength(1)
})
