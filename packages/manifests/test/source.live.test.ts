import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readSources } from '../src/index.ts'

let folder: string
let pipe: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-pipe-'))
  pipe = join(folder, 'pipe.yaml')
  execFileSync('mkfifo', [pipe])
  writeFileSync(join(folder, 'web.yaml'), 'a: 1\n')
})

afterAll(() => rmSync(folder, { recursive: true }))

const reading = { stdin: () => Readable.from([]), check: '', render: null }

describe('a pipe', () => {
  test('that is met in a folder is left out, and nothing waits for it', async () => {
    const { sources, notes } = await readSources([folder], reading)
    expect(sources).toMatchObject([{ text: 'a: 1\n' }])
    expect(notes).toMatchObject([{ file: pipe, text: 'This is not a regular file. It is left out.' }])
  })

  test('that was named is read to its end', async () => {
    spawn('sh', ['-c', `echo b > '${pipe}'`], { stdio: 'ignore' })
    const { sources } = await readSources([pipe], reading)
    expect(sources).toMatchObject([{ text: 'b\n' }])
  })
})

test('a device without an end that was named is a problem', async () => {
  const { sources, problems } = await readSources(['/dev/zero'], reading)
  expect(sources).toEqual([])
  expect(problems).toEqual([{ file: '/dev/zero', line: 1, message: 'is larger than 32 MiB' }])
})

test('standard input without an end is a problem, and is read no further', async () => {
  let pieces = 0
  async function* endless() {
    for (;;) {
      pieces += 1
      yield Buffer.alloc(2 ** 20)
    }
  }
  const { sources, problems } = await readSources(['-'], { ...reading, stdin: endless })
  expect(sources).toEqual([])
  expect(problems).toEqual([{ file: '-', line: 1, message: 'is larger than 32 MiB' }])
  expect(pieces).toBe(33)
})

test.each([
  ['fffe', (text: string) => Buffer.from(text, 'utf16le')],
  ['feff', (text: string) => Buffer.from(text, 'utf16le').swap16()],
])('UTF-16 behind the byte order mark %s is read, as PowerShell writes it', async (mark, encode) => {
  const bytes = Buffer.concat([Buffer.from(mark, 'hex'), encode('a: ü\r\n')])
  const { sources } = await readSources(['-'], { ...reading, stdin: () => Readable.from([bytes]) })
  expect(sources).toMatchObject([{ text: 'a: ü\r\n' }])
})
