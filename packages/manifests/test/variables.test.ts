import { expect, test } from '@jest/globals'
import { explainVariables, noFindings } from '../src/index.ts'
import { variablesIn } from '../src/variables.ts'
import { sourceOf } from './source-of.ts'

const text = 'name: web\nport: ${PORT:-80}\nother: $NODE_PORT and $lower\n'
const found = (from: 'user' | 'folder', ...lines: number[]) => {
  const findings = noFindings()
  findings.problems.push(...lines.map((line) => ({ file: 'web.yaml', line, message: 'expected a number' })))
  explainVariables([sourceOf(text, 'web.yaml', from)], findings)
  return findings
}

test('faults on lines with a variable become one that names them all', () => {
  expect(found('user', 2, 3).problems).toEqual([
    { file: 'web.yaml', line: 2, message: expect.stringContaining('${PORT} and ${NODE_PORT} are not filled in') },
  ])
})

test('other faults of the file stay as they are', () => {
  expect(found('user', 1).problems).toEqual([{ file: 'web.yaml', line: 1, message: 'expected a number' }])
  expect(found('user', 1, 2).problems).toHaveLength(2)
})

test('a file that was met in a folder is noted, and counts as not read', () => {
  const { problems, notes, unread } = found('folder', 2)
  expect(problems).toEqual([])
  expect(notes).toHaveLength(1)
  expect(unread).toEqual(['the template web.yaml'])
})

test('a line that begins very many variables and ends none is read in one go', () => {
  expect(variablesIn('${A:'.repeat(1_000_000))).toEqual([])
})
