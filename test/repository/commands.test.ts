import { expect, test } from '@jest/globals'
import { files, findings } from './tree.ts'

/** In a template: a program, its words, and a value among them that `commandText` did not quote. */
const UNQUOTED =
  /`[^`]*\b(?:kubectl|docker|podman|nerdctl|helm|sudo|ss|lsof|kind (?:create|delete|export|get|load)|portolan (?:install|prober|watch))(?:\s[^`]*|)\$\{(?!commandText\()[^`]*`/
/** Of a remedy. */
const WRITTEN = /\bcommand: `/
/** A list of words that is made one line by hand. */
const JOINED = /(?:kubectl|command|words)\w*(?:\([^\n]*\))?\.join\(' '\)/

const sources = files().filter((path) => /^packages\/[^/]+\/(?:src|page)\/.*\.tsx?$/.test(path))

test('no command is put together but by commandText', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(
    sources.flatMap((path) => [...findings(path, UNQUOTED), ...findings(path, WRITTEN), ...findings(path, JOINED)]),
  ).toEqual([])
})
