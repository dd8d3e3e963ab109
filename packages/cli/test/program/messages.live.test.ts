import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { portolan } from './portolan.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-messages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }
const quiet = ['--listen', 'off', '--state', join(folder, 'state')]

describe('what it says when it cannot go on, and how it ends', () => {
  test.each<[string, string[], NodeJS.ProcessEnv, number, RegExp]>([
    ['an unknown command', ['wacth'], {}, 2, /unknown command 'wacth'[^]*Did you mean watch/],
    ['an unknown option', ['watch', '--jsno'], {}, 2, /unknown option '--jsno'[^]*--json/],
    ['two wrong options', ['watch', '--for', 'soon', '--interval', '1'], {}, 2, /--for is "soon"[^]*--interval is "1"/],
    [
      'no such kubeconfig',
      ['watch', '--kubeconfig', '/nonexistent', ...quiet],
      {},
      2,
      /no kubeconfig at \/nonexistent/,
    ],
    ['no container engine', ['watch', ...quiet], NO_ENGINE, 3, /\/nonexistent\/docker\.sock/],
    ['nothing seen yet to explain', ['explain', '30080', '--state', join(folder, 'empty')], {}, 3, /portolan watch/],
    ['nothing seen yet to list', ['incidents', '--state', join(folder, 'empty')], {}, 3, /portolan watch/],
    [
      'a state folder that cannot be made',
      ['watch', '--state', '/proc/portolan'],
      NO_ENGINE,
      3,
      /\/proc\/portolan[^]*--state/,
    ],
  ])(
    '%s',
    async (_, words, env, code, text) => {
      const end = await portolan(words, env).ended
      expect(end.err).toMatch(text)
      expect({ code: end.code, out: end.out }).toEqual({ code, out: '' })
    },
    30_000,
  )

  test.each([['explain', '30080'], ['incidents'], ['timeline'], ['report'], ['note', 'x'], ['why', '30080']])(
    'a state folder that does not exist is not made by %s',
    async (...words) => {
      const state = join(folder, 'missing')
      expect(await portolan([...words, '--state', state]).ended).toMatchObject({ code: 3, out: '' })
      expect(existsSync(state)).toBe(false)
    },
    30_000,
  )

  test('where a fault came from is told with --debug', async () => {
    const words = ['explain', '30080', '--state', join(folder, 'empty')]
    const [short, long] = await Promise.all([portolan(words).ended, portolan([...words, '--debug']).ended])
    expect(short.err).not.toContain('    at ')
    expect(long.err).toContain('    at ')
  }, 30_000)

  test('a port that is in use', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const end = await portolan(['watch', '--listen', `127.0.0.1:${port}`, '--state', join(folder, 'other')], NO_ENGINE)
      .ended
    server.close()
    expect(end.err).toMatch(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`))
    expect(end.code).toBe(3)
  }, 30_000)
})
