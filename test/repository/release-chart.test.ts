import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildInfo } from '@portolan/runtime'
import { parse } from 'yaml'
import { releaseRepository } from '../../build/release-address.ts'
import { writeChart } from '../../build/write-chart.ts'
import { namesRegistry } from '../../packages/cli/src/install/find.ts'
import { ROOT } from './tree.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const NOTES = '### Added\n\n- One thing, in\n  two lines: `a`.\n\n### Fixed\n\n- Another.\n'
const work = mkdtempSync(join(tmpdir(), 'portolan-chart-'))
const read = (file: string) => parse(readFileSync(join(work, file), 'utf8')) as Record<string, any>

beforeAll(() => writeChart(work, { repository: 'Team/ports', digest: DIGEST, notes: NOTES }))
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('the chart of a release', () => {
  test('takes its image from the registry of the repository, by digest', () => {
    expect(read('values.yaml')['image']).toMatchObject({ repository: 'ghcr.io/team/ports', digest: DIGEST, tag: '' })
    expect(namesRegistry(work)).toBe(true)
    expect(namesRegistry(join(ROOT, 'deploy/chart'))).toBe(false)
  })

  test('says where it is from, and gives its alerts an address', () => {
    const { version } = buildInfo
    expect(read('Chart.yaml')).toMatchObject({
      home: 'https://github.com/Team/ports',
      sources: ['https://github.com/Team/ports'],
      icon: `https://raw.githubusercontent.com/Team/ports/v${version}/packages/web/page/icon.svg`,
    })
    expect(read('values.yaml')['monitoring']['runbookUrl']).toBe(
      `https://github.com/Team/ports/blob/v${version}/docs/alerts.md`,
    )
  })

  test('has the annotations that Artifact Hub reads', () => {
    const annotations = read('Chart.yaml')['annotations'] as Record<string, string>
    const of = (name: string) => parse(annotations[`artifacthub.io/${name}`] ?? '') as unknown
    expect(of('images')).toEqual([{ name: 'portolan', image: `ghcr.io/team/ports:${buildInfo.version}@${DIGEST}` }])
    expect(of('changes')).toEqual([
      { kind: 'added', description: 'One thing, in two lines: `a`.' },
      { kind: 'fixed', description: 'Another.' },
    ])
    expect(annotations).toMatchObject({ 'artifacthub.io/license': 'Apache-2.0', 'artifacthub.io/prerelease': 'false' })
  })

  test('keeps the comments of the values', () => {
    const comments = (text: string) => text.split('\n').filter((line) => line.trim().startsWith('#'))
    const before = readFileSync(join(ROOT, 'deploy/chart/values.yaml'), 'utf8')
    expect(comments(readFileSync(join(work, 'values.yaml'), 'utf8'))).toEqual(comments(before))
  })
})

test.each(['owner', 'a/b/c', 'a/b"c', '../x'])('%s is no repository', (name) => {
  expect(() => releaseRepository({ PORTOLAN_REPOSITORY: name })).toThrow('expected owner/name')
})
