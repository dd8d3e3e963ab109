import {
  chmodSync,
  lstatSync,
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
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findPageKey, keyInAddress, pageKeys, pageToOpen, readKeyFile } from '../src/page-key.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'portolan-key-'))
})
afterEach(() => rmSync(state, { recursive: true }))

const file = () => join(state, 'page.key')

describe('the key of the page', () => {
  test('is made once for a state folder, for its owner alone', () => {
    expect(findPageKey(state)).toBeNull()
    const keys = pageKeys(state, null)
    expect(keys[0]).toMatch(/^[\w-]{22}$/)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(pageKeys(state, null)).toEqual(keys)
    expect(findPageKey(state)).toBe(keys[0])
    expect(readFileSync(file(), 'utf8')).toBe(`${keys[0]}\n`)
  })

  test('that somebody chose lets in beside it', () => {
    const [own] = pageKeys(state, null)
    expect(pageKeys(state, 'chosen-by-somebody')).toEqual(['chosen-by-somebody', own])
  })

  test.each<[string, () => void]>([
    ['that others may have read', () => chmodSync(file(), 0o640)],
    ['that is a link', () => (rmSync(file()), symlinkSync('/etc/hostname', file()))],
    ['that is empty or cut, as a full disk leaves it', () => writeFileSync(file(), 'cut')],
    ['that is very long', () => writeFileSync(file(), 'x'.repeat(2000))],
  ])('is another one after a file %s', (_, change) => {
    const [before] = pageKeys(state, null)
    change()
    expect(findPageKey(state)).toBeNull()
    const [after] = pageKeys(state, null)
    expect(after).toMatch(/^[\w-]{22}$/)
    expect(after).not.toBe(before)
    expect(lstatSync(file()).mode & 0o777).toBe(0o600)
    expect(findPageKey(state)).toBe(after)
  })

  test('that cannot be kept is one all the same', () => {
    expect(pageKeys(join(state, 'nowhere'), null)[0]).toMatch(/^[\w-]{22}$/)
    mkdirSync(file())
    expect(pageKeys(state, null)[0]).toMatch(/^[\w-]{22}$/)
  })

  test('is in the address that lets in, and nowhere else in it', () => {
    const address = pageToOpen('http://127.0.0.1:9464/timeline', 'a&b=c#d')
    expect(new URL(address).origin + new URL(address).pathname).toBe('http://127.0.0.1:9464/timeline')
    expect(keyInAddress(address)).toBe('a&b=c#d')
    expect(keyInAddress('http://127.0.0.1:9464')).toBeNull()
  })
})

describe('a file with a key', () => {
  test('is read without the end of its line', () => {
    writeFileSync(file(), 'chosen-by-somebody\n')
    expect(readKeyFile(file())).toBe('chosen-by-somebody')
  })

  test.each([
    ['too short', 'short'],
    ['two words', 'chosen by somebody'],
    ['two lines', 'chosen-by-somebody\nchosen-by-another'],
    ['too long', 'x'.repeat(2000)],
  ])('with a key of %s is refused', (_, text) => {
    writeFileSync(file(), text)
    expect(() => readKeyFile(file())).toThrow(/holds no key/)
  })

  test('that is not there is named', () => {
    expect(() => readKeyFile(join(state, 'nowhere'))).toThrow(/nowhere cannot be read \(ENOENT\)/)
  })
})
