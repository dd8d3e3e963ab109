import { describe, expect, test } from '@jest/globals'
import { explainVariables, noFindings } from '../src/index.ts'
import { finderOf } from '../src/concern.ts'
import { splitDocuments } from '../src/document.ts'
import { changeFinder } from '../src/kustomized.ts'
import { reportTemplate } from '../src/template.ts'
import { sourceOf } from './source-of.ts'

describe('a file of somebody who means harm', () => {
  test('text with very many escaped quotes and no end of them is looked through once', () => {
    const text = `{"a": "${String.raw`\"`.repeat(500_000)}`
    expect(splitDocuments(sourceOf(text, 'a.json'))).toHaveLength(1)
  })

  test('a text of many megabytes within JSON is no fault of this program', () => {
    const text = `{"a": "${'x'.repeat(20_000_000)}"}`
    expect(splitDocuments(sourceOf(text, 'a.json'))).toHaveLength(1)
  })

  test('very many JSON objects one after the other have the lines that they begin on', () => {
    const text = `{"a": "${'x'.repeat(100)}"}\n`.repeat(50_000)
    const chunks = splitDocuments(sourceOf(text, 'a.json'))
    expect(chunks.map(({ line }) => line)).toEqual(chunks.map((_, index) => index + 1))
  })

  test('very many faults on one line with a variable are explained in one go', () => {
    const findings = noFindings()
    for (let count = 0; count < 20_000; count += 1) findings.problems.push({ file: 'a.yaml', line: 1, message: 'odd' })
    const text = `${'x'.repeat(1_000_000)} \${PORT}`
    explainVariables([sourceOf(text, 'a.yaml')], findings)
    expect(findings.problems).toEqual([
      { file: 'a.yaml', line: 1, message: expect.stringContaining('${PORT} is not filled in') },
    ])
  })

  test('more faults than a call has arguments are explained as well', () => {
    const findings = noFindings()
    const fault = { file: 'a.yaml', line: 1, message: 'odd' }
    for (let count = 0; count < 300_000; count += 1) findings.problems.push(fault)
    explainVariables([sourceOf('a\n', 'a.yaml')], findings)
    expect(findings.problems).toHaveLength(300_000)
  })

  test('very many objects that are templates are one fault of their file, which is looked for once', () => {
    const findings = noFindings()
    const source = sourceOf(`${'#\n'.repeat(300_000)}name: {{ .Values.name }}\n`, 'a.yaml')
    for (let count = 0; count < 20_000; count += 1) reportTemplate(source, findings)
    expect(findings.problems).toMatchObject([{ line: 300_001, message: expect.stringContaining('{{ .Values.name }}') }])
  })

  test('thousands of Services are not compared with each of thousands of pods', () => {
    const selects = finderOf(Array.from({ length: 20_000 }, (_, index) => ({ app: `pod-${index}` })))
    const services = Array.from({ length: 20_000 }, (_, index) => ({ selector: { app: `other-${index}` } }))
    expect(services.filter(selects)).toEqual([])
    expect(selects({ selector: { app: 'pod-7' } })).toBe(true)
    expect(selects({ selector: { app: 'pod-7', tier: 'web' } })).toBe(false)
  })
})

describe('the target of a change in a kustomization', () => {
  const finds = (name: string | null, of: string, isPattern = true) =>
    changeFinder([{ file: 'kustomization.yaml', kind: null, name, isPattern }])({
      kind: 'Deployment',
      namespace: 'default',
      name: of,
    }) !== undefined

  test.each([
    ['web', 'web', true],
    ['web', 'web-2', false],
    ['web-.*', 'web-2', true],
    ['web-.*', 'other', false],
    ['.*-api', 'shop-api', true],
    ['a.*c.*e', 'abcde', true],
    ['a.*c.*e', 'abde', false],
    ['ab.*ba', 'aba', false],
    ['web|api', 'api', true],
    ['^web$|api', 'web', true],
    ['web|api', 'apis', false],
  ])('%s fits %s: %p', (pattern, name, expected) => expect(finds(pattern, name)).toBe(expected))

  test('counts as one that fits where its pattern could be compared without end', () => {
    expect(finds('(a+)+$', `${'a'.repeat(200)}b`)).toBe(true)
    expect(finds('[', 'web')).toBe(true)
    expect(finds('.*a'.repeat(1000), 'a'.repeat(253))).toBe(true)
  })

  test('is a name and no pattern in a patch that is written as a part of an object', () => {
    expect(finds('web.*', 'web-2', false)).toBe(false)
    expect(finds(null, 'web-2', false)).toBe(true)
  })
})
