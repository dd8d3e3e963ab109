import { basename } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { files, findings, read } from './tree.ts'

const ALL = files()
/** This file names what no other may. */
const OTHERS = ALL.filter((path) => path !== 'test/repository/text.test.ts')

/** TLS has sessions, and Kubernetes has agents: only what can mean nothing else. */
const AUTHORSHIP =
  /\b(LLM|language model|AI[- ](agent|assistant|generated|written)|chatbot|(helper|coding|sub)[- ]?agents?|(this|by a|previous|parallel) session|Claude|Anthropic|OpenAI|ChatGPT|GPT-\d|Copilot|Gemini)\b/i

describe('the repository speaks of itself alone', () => {
  test.each<[string, RegExp, readonly string[]]>([
    ["a path of somebody's machine", /(?<![\w.-])\/(work|root|tmp\/work|(home|Users)\/(?!me\/)\w+)\//, []],
    ['the address of a package mirror', /registry\.npmjs\.org|https?:\/\/[^\s'"]*\/(npm|pypi|goproxy)\//, []],
    ['a folder beside the repository', /\.\.\/shared\b/, ['.ci/run']],
    ['how or by whom it was written', AUTHORSHIP, []],
    ['the number of a ticket', /\bissues? #?\d+\b/i, []],
    ['work that is left', /\b(TODO|FIXME|XXX|HACK)\b/, []],
  ])('no file holds %s', (_, pattern, allowed) => {
    const found = OTHERS.filter((path) => !allowed.includes(path)).flatMap((path) => findings(path, pattern))
    expect(found).toEqual([])
  })
})

describe('every file', () => {
  test('ends with one line break, and no line ends with a blank', () => {
    const untidy = ALL.filter((path) => read(path) !== '' && !/[^\s]\n$/.test(read(path)))
    expect(untidy).toEqual([])
    expect(ALL.flatMap((path) => findings(path, /[ \t\r]+$/))).toEqual([])
  })

  test('of code is named in kebab-case after a concept', () => {
    const code = ALL.filter((path) => /\.tsx?$/.test(path))
    expect(code.filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(basename(path)))).toEqual([])
    expect(code.filter((path) => /^(utils?|helpers?|types?|common|misc)\./.test(basename(path)))).toEqual([])
  })
})

describe('files of source stay small', () => {
  const sizes = ALL.filter((path) => /^packages\/[^/]+\/(src|page)\/.*\.tsx?$/.test(path)).map((path) => ({
    path,
    lines: read(path).split('\n').length - 1,
  }))

  test('half of them below 100 lines', () => {
    const sorted = sizes.map(({ lines }) => lines).sort((one, other) => one - other)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100)
  })

  test('none above 400', () => expect(sizes.filter(({ lines }) => lines > 400)).toEqual([]))
})
