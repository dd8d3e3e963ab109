import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import { diffOf } from '../src/index.ts'
import { splitDocuments } from '../src/document.ts'
import { editText, type TextEdit } from '../src/edit-text.ts'
import { documents, edits, styles, write } from './styled-yaml.ts'
import { sourceOf } from './source-of.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-diff-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The text after the diff of some edits is applied to it with a program. */
function patched(program: string[], name: string, text: string, diff: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const [command = '', ...words] = program
  const { status, stderr, stdout } = spawnSync(command, words, { cwd: folder, input: `${diff}\n`, encoding: 'utf8' })
  expect({ status, said: status === 0 ? '' : stderr + stdout }).toEqual({ status: 0, said: '' })
  return readFileSync(file, 'utf8')
}

const object = { kind: 'Service', namespace: 'default', name: 'web' }

/** The diff of edits of the last document that says more than `kind: Other`. */
function diffFor(name: string, text: string, changes: TextEdit[]): string | null {
  const chunk = splitDocuments(sourceOf(text, name)).find((one) => !one.text.includes('kind: Other'))
  if (chunk === undefined) return null
  const places = new Map([['Service/default/web', { chunk, line: 1, path: [] }]])
  return diffOf(
    changes.map((edit) => ({ object, ...edit })),
    places,
  )
}

test.each([
  ['git apply', ['git', 'apply', '-']],
  ['patch -p1', ['patch', '-p1', '--no-backup-if-mismatch', '--silent']],
])('%s takes the diff of a document in any style, and the file says what is meant', (_, program) => {
  fc.assert(
    fc.property(
      documents.chain((value) => fc.tuple(fc.constant(value), styles, edits(value))),
      fc.constantFrom('web.yaml', 'deep/er/my web.yaml', 'a/ä.yaml'),
      ([value, style, edit], name) => {
        const text = write(value, style)
        const diff = diffFor(name, text, [edit])
        fc.pre(diff !== null)
        const chunk = splitDocuments(sourceOf(text, name)).find((one) => !one.text.includes('kind: Other'))
        const after = patched(program, name, text, diff ?? '')
        const [start, length] = [chunk?.offset ?? 0, chunk?.text.length ?? 0]
        expect(after).toBe(text.slice(0, start) + editText(chunk?.text ?? '', edit) + text.slice(start + length))
        expect(parseAllDocuments(after, { version: '1.1' })).toHaveLength(parseAllDocuments(text).length)
      },
    ),
    { numRuns: 40 },
  )
})

test('several edits of several documents of one file are one diff', () => {
  const numbers = Array.from({ length: 40 }, (_, index) => `  k${index}: ${index}\n`).join('')
  const text = `spec:\n${numbers}---\nspec: {ports: [{port: 80}]}`
  const [first, second] = splitDocuments(sourceOf(text, 'web.yaml'))
  if (first === undefined || second === undefined) throw new Error('there are two documents')
  const places = new Map([
    ['Service/default/web', { chunk: first, line: 1, path: [] }],
    ['Service/default/other', { chunk: second, line: 43, path: [] }],
  ])
  const set = (name: string, path: (string | number)[], value: unknown) => ({
    object: { ...object, name },
    how: 'set' as const,
    path,
    value,
  })
  const changes = [
    set('web', ['spec', 'k1'], 'x'),
    set('other', ['spec', 'type'], 'NodePort'),
    set('web', ['spec', 'k30'], 'z'),
  ]
  const after = patched(['git', 'apply', '-'], 'web.yaml', text, diffOf(changes, places) ?? '')
  expect(after).toBe(
    text.replace('k1: 1\n', 'k1: x\n').replace('k30: 30', 'k30: z').replace('}]}', '}], type: NodePort}'),
  )
})
