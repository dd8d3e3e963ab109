import { describe, expect, test } from '@jest/globals'
import { buildInfo } from '@portolan/runtime'
import { partOfRelease, releaseNotes } from '../../build/release-notes.ts'
import { read } from './tree.ts'

const CHANGELOG = `# Changelog

Newest first.

## Unreleased

### Added

- Something new.

## [0.2.0] - 2026-12-01

- Mended: \`## \` in the middle of a line.

## 0.1.0

`

describe('the notes of a release', () => {
  test.each([
    ['Unreleased', '### Added\n\n- Something new.\n'],
    ['0.2.0', '- Mended: `## ` in the middle of a line.\n'],
  ])('are what the changelog says of %s', (version, notes) => {
    expect(releaseNotes(CHANGELOG, version)).toBe(notes)
  })

  test.each([
    ['0.3.0', 'has no part "## 0.3.0"'],
    ['0.2', 'has no part "## 0.2"'],
    ['0.1.0', 'says nothing of 0.1.0'],
  ])('are refused where there are none: %s', (version, why) => {
    expect(() => releaseNotes(CHANGELOG, version)).toThrow(why)
  })

  test('can be cut from the changelog as it is', () => {
    expect(releaseNotes(read('CHANGELOG.md'), partOfRelease('', buildInfo.version))).toMatch(/^### /)
  })
})

describe('a tag', () => {
  test('names the version that is released', () => expect(partOfRelease('v0.2.0', '0.2.0')).toBe('0.2.0'))
  test.each(['v0.3.0', '0.2.0', 'v0.2.0-rc.1'])('of another version is refused: %s', (tag) => {
    expect(() => partOfRelease(tag, '0.2.0')).toThrow('the packages have version 0.2.0')
  })
})
