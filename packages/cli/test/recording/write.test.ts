import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Fact } from '@portolan/core'
import type { Header } from '../../src/recording/recording.ts'
import { writeRecording } from '../../src/recording/write.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-write-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const HEADER: Header = { portolan: 'recording', version: 1, recordedAt: '', settings: {}, anonymised: false }
async function* noFacts(): AsyncGenerator<Fact> {}

test.each(['one.ndjson', 'one.ndjson.gz'])('the recording %s is for its owner alone', async (name) => {
  const file = join(folder, name)
  await writeRecording(file, HEADER, noFacts())
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(file).size).toBeGreaterThan(0)
})

test('a link that somebody put where all may write is not followed', async () => {
  const precious = join(folder, 'precious')
  writeFileSync(precious, 'precious')
  symlinkSync(precious, join(folder, 'one.ndjson'))
  chmodSync(folder, 0o1777)
  await expect(writeRecording(join(folder, 'one.ndjson'), HEADER, noFacts())).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('is a link'),
  })
  expect(readFileSync(precious, 'utf8')).toBe('precious')
})

test('a folder that is not there is named', async () => {
  await expect(writeRecording(join(folder, 'no', 'one.ndjson'), HEADER, noFacts())).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('cannot be written (ENOENT)'),
  })
})
