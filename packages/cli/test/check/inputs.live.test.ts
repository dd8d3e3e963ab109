import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { CheckDocument } from '@portolan/wire'
import { INPUTS } from './inputs.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-inputs-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function run(command: string, words: string[], input = '') {
  return spawnSync(command, words, { cwd: folder, input, encoding: 'utf8' })
}

const check = (words: string[]) => run(process.execPath, [main, 'check', ...words])

test.each(INPUTS.filter(({ expected }) => expected.fix_must_be_valid_yaml_for !== undefined))(
  'a fix of $name applies, and leaves objects that check reads',
  ({ folder: from, expected }) => {
    const { arguments: words, fix_must_be_valid_yaml_for: file = '' } = expected
    cpSync(from, folder, { recursive: true })
    const { ports, warnings } = JSON.parse(check([...words, '--format', 'json']).stdout) as CheckDocument
    const diffs = [...ports, ...warnings].flatMap(({ remedies }) => remedies.flatMap(({ diff }) => diff ?? []))
    const diff = diffs.find((one) => one.includes(`+++ b/${file}`)) ?? ''
    const before = readFileSync(join(folder, file), 'utf8')
    expect(run('git', ['apply', '-'], `${diff}\n`)).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(join(folder, file), 'utf8')).not.toBe(before)
    const after = JSON.parse(check([...words, '--format', 'json']).stdout) as CheckDocument
    expect(after.problems).toEqual([])
  },
)

test('of a template, which may read as YAML with maps for keys, no warning of Node.js is printed', () => {
  const input = INPUTS.find(({ name }) => name === 'template-not-rendered')
  cpSync(input?.folder ?? '', folder, { recursive: true })
  expect(check(input?.expected.arguments ?? []).stderr).toBe('')
})
