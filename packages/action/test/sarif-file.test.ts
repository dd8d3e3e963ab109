import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { writeSarif } from '../src/sarif-file.ts'

let around: string
let repository: string

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'portolan-sarif-'))
  repository = join(around, 'repository')
  mkdirSync(join(repository, 'out'), { recursive: true })
  writeFileSync(join(around, '.bashrc'), 'precious')
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

test.each(['results.sarif', 'out/results.sarif', '../results.sarif'])('the results are written to %s, anew', (path) => {
  const file = writeSarif(repository, path, 'a long first one')
  expect(file).toBe(join(repository, path))
  writeSarif(repository, path, 'second')
  expect(readFileSync(file, 'utf8')).toBe('second')
})

test('a link in the files of a pull request leads the results into no file of the runner', () => {
  symlinkSync('../.bashrc', join(repository, 'results.sarif'))
  symlinkSync('..', join(repository, 'up'))
  symlinkSync('../new', join(repository, 'dangling.sarif'))
  for (const path of ['results.sarif', 'up/.bashrc', 'dangling.sarif'])
    expect(() => writeSarif(repository, path, '{}')).toThrow(/is a link in the files that are checked/)
  expect(readFileSync(join(around, '.bashrc'), 'utf8')).toBe('precious')
  expect(existsSync(join(around, 'new'))).toBe(false)
})
