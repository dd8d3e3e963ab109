import { createHash } from 'node:crypto'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findCandidates } from '../src/candidates.ts'
import { nameOf } from '../src/endpoint.ts'

let home = ''
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'portolan-home-'))
  context('colima', { Host: 'unix:///colima.sock', SkipTLSVerify: false })
  context('far', { Host: 'ssh://me@far' })
  context('lab', { Host: 'tcp://lab:2376', SkipTLSVerify: true })
  save(`.docker/contexts/tls/${idOf('lab')}/docker/ca.pem`, 'CA of the lab')
  save('other/config.json', JSON.stringify({ currentContext: 'default' }))
  save('certs/ca.pem', 'CA')
  save('certs/key.pem', 'KEY')
})
afterAll(() => rmSync(home, { recursive: true }))

function save(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

function context(name: string, docker: object): void {
  save(`.docker/contexts/meta/${idOf(name)}/meta.json`, JSON.stringify({ Name: name, Endpoints: { docker } }))
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function candidates(env: NodeJS.ProcessEnv) {
  return findCandidates({ env, home, uid: 1000, read })
}

function names(env: NodeJS.ProcessEnv): string[] {
  return candidates(env).map(nameOf)
}

describe('which engine is asked', () => {
  test('without a word: Docker, Podman, nerdctl, at their usual places', () => {
    const found = names({ XDG_RUNTIME_DIR: '/run/user/1000' })
    expect(found[0]).toBe('unix:///var/run/docker.sock')
    expect(found).toContain('unix:///run/user/1000/docker.sock')
    expect(found).toContain(`unix://${home}/.colima/default/docker.sock`)
    expect(found.filter((name) => name === 'unix:///run/user/1000/podman/podman.sock')).toHaveLength(1)
    expect(found.at(-1)).toBe('nerdctl')
  })

  test.each([
    ['DOCKER_HOST alone', { DOCKER_HOST: 'unix:///mine.sock' }, ['unix:///mine.sock']],
    [
      'DOCKER_HOST before DOCKER_CONTEXT',
      { DOCKER_HOST: 'unix:///mine.sock', DOCKER_CONTEXT: 'lab' },
      ['unix:///mine.sock'],
    ],
    ['DOCKER_CONTEXT alone', { DOCKER_CONTEXT: 'colima' }, ['unix:///colima.sock']],
    [
      'kind told to use nerdctl',
      { KIND_EXPERIMENTAL_PROVIDER: 'nerdctl', DOCKER_HOST: 'unix:///mine.sock' },
      ['nerdctl'],
    ],
    ['kind told to use finch', { KIND_EXPERIMENTAL_PROVIDER: 'finch' }, ['finch']],
    [
      'kind told to use Podman, which is named',
      { KIND_EXPERIMENTAL_PROVIDER: 'podman', CONTAINER_HOST: 'unix:///pod.sock', DOCKER_HOST: 'unix:///mine.sock' },
      ['unix:///pod.sock'],
    ],
  ])('%s', (_, env, expected) => expect(names(env)).toEqual(expected))

  test('kind told to use Podman: its sockets and no other', () => {
    expect(names({ KIND_EXPERIMENTAL_PROVIDER: 'podman' }).every((name) => name.includes('podman'))).toBe(true)
  })

  test('the current context comes before the usual sockets', () => {
    save('.docker/config.json', JSON.stringify({ currentContext: 'colima' }))
    expect(names({}).slice(0, 2)).toEqual(['unix:///colima.sock', 'unix:///var/run/docker.sock'])
  })

  test.each([
    ['DOCKER_CONTEXT says default', { DOCKER_CONTEXT: 'default' }],
    ['DOCKER_CONFIG is a folder without a choice', () => ({ DOCKER_CONFIG: join(home, 'other') })],
  ])('the current context does not count where %s', (_, env) => {
    save('.docker/config.json', JSON.stringify({ currentContext: 'colima' }))
    expect(names(typeof env === 'function' ? env() : env)[0]).toBe('unix:///var/run/docker.sock')
  })

  test('a Podman behind ssh matters only to who asked for Podman', () => {
    const env = { CONTAINER_HOST: 'ssh://me@far/run/podman.sock' }
    expect(names(env)).toContain('unix:///var/run/docker.sock')
    expect(() => names({ ...env, KIND_EXPERIMENTAL_PROVIDER: 'podman' })).toThrow('CONTAINER_HOST is ssh://')
  })
})

describe('what cannot be', () => {
  test('a context that does not exist', () => {
    expect(() => candidates({ DOCKER_CONTEXT: 'gone' })).toThrow(
      expect.objectContaining({ code: 'engine_not_found', message: expect.stringMatching(/^The Docker context gone/) }),
    )
  })

  test('a context behind ssh', () => {
    expect(() => candidates({ DOCKER_CONTEXT: 'far' })).toThrow('The host of Docker context far is ssh://me@far')
  })
})

describe('TLS', () => {
  const host = { DOCKER_HOST: 'tcp://lab:2376' }

  test('checks the engine with DOCKER_TLS_VERIFY', () => {
    expect(candidates({ ...host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') })).toMatchObject([
      { tls: { ca: 'CA', cert: null, key: 'KEY', verify: true } },
    ])
  })

  test('is used unchecked with certificates alone', () => {
    expect(candidates({ ...host, DOCKER_CERT_PATH: join(home, 'certs') })).toMatchObject([{ tls: { verify: false } }])
  })

  test('is not used without a word', () => expect(candidates(host)).toMatchObject([{ tls: null }]))

  test("takes a context's own files", () => {
    expect(candidates({ DOCKER_CONTEXT: 'lab' })).toMatchObject([{ tls: { ca: 'CA of the lab', verify: false } }])
  })
})
