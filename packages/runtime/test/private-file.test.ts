import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { makePrivate, openOutputFile, openPrivateFile } from '../src/private-file.ts'

let own: string
let shared: string
let precious: string

beforeEach(() => {
  own = mkdtempSync(join(tmpdir(), 'portolan-private-'))
  shared = join(own, 'shared')
  mkdirSync(shared)
  chmodSync(shared, 0o1777)
  precious = join(own, 'precious')
  writeFileSync(precious, 'precious', { mode: 0o644 })
})
afterEach(() => rmSync(own, { recursive: true, force: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777
function write(path: string, text: string): void {
  const file = openPrivateFile(path)
  writeFileSync(file, text)
  closeSync(file)
}

test.each([
  ['a folder of its own', () => own],
  ['a folder of everybody', () => shared],
])('a file in %s is for its owner alone, and is written anew', (_, folder) => {
  const path = join(folder(), 'report.md')
  write(path, 'a long first one')
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['a long first one', 0o600])
  chmodSync(path, 0o644)
  write(path, 'second')
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['second', 0o600])
})

test('a link that lies in a folder of everybody is not followed', () => {
  const path = join(shared, 'report.md')
  symlinkSync(precious, path)
  expect(() => openPrivateFile(path)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(/is a link/) }),
  )
  symlinkSync(join(own, 'new'), join(shared, 'dangling'))
  expect(() => openPrivateFile(join(shared, 'dangling'))).toThrow(/is a link/)
  expect([readFileSync(precious, 'utf8'), existsSync(join(own, 'new'))]).toEqual(['precious', false])
})

test('a file for other programs follows no such link either, and who may read it is left as it is', () => {
  symlinkSync(precious, join(shared, 'junit.xml'))
  expect(() => openOutputFile(join(shared, 'junit.xml'))).toThrow(/is a link/)
  expect(readFileSync(precious, 'utf8')).toBe('precious')
  const path = join(own, 'junit.xml')
  writeFileSync(path, 'before', { mode: 0o644 })
  closeSync(openOutputFile(path))
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['', 0o644])
})

test('a second name of a file, which somebody made in a folder of everybody, is not written to', () => {
  linkSync(precious, join(shared, 'report.md'))
  expect(() => openPrivateFile(join(shared, 'report.md'))).toThrow(/has another name elsewhere/)
  expect(readFileSync(precious, 'utf8')).toBe('precious')
})

test('a link in a folder of its own is followed: its owner made it', () => {
  symlinkSync(precious, join(own, 'report.md'))
  write(join(own, 'report.md'), 'new')
  expect(readFileSync(precious, 'utf8')).toBe('new')
})

test('what is no file stays what it is', () => {
  write('/dev/null', 'nothing')
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
})

test('a file that is there already is taken from the others', () => {
  makePrivate(precious)
  makePrivate(join(own, 'new'))
  makePrivate(join(own, 'no', 'folder'))
  expect([modeOf(precious), readFileSync(precious, 'utf8'), modeOf(join(own, 'new'))]).toEqual([
    0o600,
    'precious',
    0o600,
  ])
})
