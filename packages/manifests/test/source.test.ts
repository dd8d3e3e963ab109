import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readSources } from '../src/index.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-manifests-'))
  for (const name of ['sub', '.git', 'chart']) mkdirSync(join(folder, name))
  for (const name of [
    'b.yaml',
    'a.yml',
    'sub/c.json',
    'notes.txt',
    '.git/d.yaml',
    'chart/Chart.yaml',
    'chart/x.yaml',
  ]) {
    writeFileSync(join(folder, name), `# ${name}\n`)
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const noInput = () => Promise.reject(new Error('standard input was read'))

test('a folder is read with all below it; a chart in it has to be rendered first', async () => {
  const { sources, problems } = await readSources([folder], noInput)
  expect(sources.map(({ name }) => name)).toEqual(['a.yml', 'b.yaml', 'sub/c.json'].map((name) => join(folder, name)))
  expect(problems).toEqual([
    { file: join(folder, 'chart'), line: 1, message: expect.stringContaining('helm template') },
  ])
})

test('the command that renders a chart has its folder as one word, and not as an option', async () => {
  const chart = join(folder, 'a; touch b')
  mkdirSync(chart)
  writeFileSync(join(chart, 'Chart.yaml'), 'name: c')
  const { problems } = await readSources([chart], noInput)
  rmSync(chart, { recursive: true })
  expect(problems.map(({ message }) => message)).toEqual([
    `this is a Helm chart, render it first: helm template '${chart}' | portolan check -k KIND_CONFIG -`,
  ])
})

test('- stands for standard input', async () => {
  expect((await readSources(['-'], () => Promise.resolve('x'))).sources).toEqual([{ name: '-', text: 'x' }])
})

test('every file that is not there is told', async () => {
  const { problems } = await readSources([join(folder, 'no'), join(folder, 'none')], noInput)
  expect(problems.map(({ message }) => message)).toEqual(Array(2).fill('there is no such file or folder'))
})
