import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { realClock as clock } from '@portolan/testing'
import type { Engine } from '../src/engine.ts'
import { createNerdctlEngine } from '../src/nerdctl-engine.ts'
import { createRestEngine } from '../src/rest-engine.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'

const { signal } = new AbortController()
const COMMAND = { container: 'id-a', words: ['iptables-save', '-c'], mostBytes: 4096 }

describe('a command in a container, through the API', () => {
  let fake: FakeEngine
  let engine: Engine
  const START = '/exec/e1/start'

  beforeEach(async () => {
    fake = await createFakeEngine()
    engine = createRestEngine({ kind: 'unix', path: fake.socket }, 'linux')
    fake.bodies.set('/containers/id-a/exec', '{"Id":"e1"}')
    fake.bodies.set(START, '\x01\0\0\0\0\0\0\x06*nat\n\n\x02\0\0\0\0\0\0\x04hmm\n')
    fake.bodies.set('/exec/e1/json', '{"ExitCode":4,"Running":false}')
  })
  afterEach(async () => {
    await engine.close()
    await fake[Symbol.asyncDispose]()
  })

  test('is sent word by word, and answers with what it wrote and how it ended', async () => {
    expect(await engine.run(COMMAND, signal)).toEqual({ exitCode: 4, output: '*nat\n\n', complaint: 'hmm\n' })
    expect(fake.posted.get('/containers/id-a/exec')).toEqual({
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Cmd: ['iptables-save', '-c'],
    })
    expect(fake.posted.get(START)).toEqual({ Detach: false, Tty: false })
  })

  test.each<[string, () => void, RegExp]>([
    [
      'the container is gone',
      () => fake.bodies.delete('/containers/id-a/exec'),
      /^\/containers\/id-a\/exec answered 404/,
    ],
    ['it is not started', () => fake.bodies.delete(START), /^\/exec\/e1\/start answered 404/],
    ['it has no id', () => fake.bodies.set('/containers/id-a/exec', '{"Id":""}'), /cannot be read: Id/],
    ['how it ended is not said', () => fake.bodies.set('/exec/e1/json', '[]'), /cannot be read/],
    ['it writes too much', () => fake.bodies.set(START, 'x'.repeat(5000)), /the output is longer than 4 KiB/],
  ])('fails where %s', async (_, spoil, message) => {
    spoil()
    await expect(engine.run(COMMAND, signal)).rejects.toThrow(message)
  })

  test('is waited for no longer than asked', async () => {
    fake.frozen = true
    await expect(engine.run(COMMAND, AbortSignal.timeout(50))).rejects.toThrow()
  })
})

describe('a command in a container, through nerdctl', () => {
  let folder: string
  let engine: Engine

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'portolan-nerdctl-'))
    const script = join(folder, 'nerdctl')
    writeFileSync(script, '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/asked"\n')
    chmodSync(script, 0o755)
    engine = createNerdctlEngine({ command: script, env: process.env, clock, platform: 'linux' })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const does = (line: string) => appendFileSync(join(folder, 'nerdctl'), `${line}\n`)

  test('is handed over word by word', async () => {
    does('echo "*nat"')
    expect(await engine.run(COMMAND, signal)).toEqual({ exitCode: 0, output: '*nat\n', complaint: '' })
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('exec\nid-a\niptables-save\n-c\n')
  })

  test('says how it ended', async () => {
    does('echo "not found" >&2; exit 127')
    expect(await engine.run(COMMAND, signal)).toEqual({ exitCode: 127, output: '', complaint: 'not found\n' })
  })

  test('that writes too much is given up', async () => {
    does('head -c 5000 /dev/zero')
    await expect(engine.run(COMMAND, signal)).rejects.toThrow(/maxBuffer/)
  })
})
