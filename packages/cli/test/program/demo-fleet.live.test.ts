import { chmodSync, readdirSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { whyNoPostgres } from '@portolan/postgres'
import { temporaryFolder } from '@portolan/testing'
import { portolan } from './portolan.ts'

const file = temporaryFolder()
const withPostgres = whyNoPostgres() === null ? test : test.skip
/** A slow machine starts seven programs and five clusters one after another. */
const LONG_MS = 240_000

const demo = (words: string[], env: NodeJS.ProcessEnv = {}) =>
  portolan(['demo', 'fleet', '--listen=127.0.0.1:0', '--seed=7', ...words], env)

describe('the demo of a fleet', () => {
  // As root PostgreSQL runs as another user, who has to get there.
  beforeEach(() => chmodSync(file(''), 0o755))

  withPostgres(
    'ends by itself with each outage on the hub, once, though a replica was killed on the way',
    async () => {
      const { code, out } = await demo(['--for=20s'], { TMPDIR: file('') }).ended
      expect(out).toMatch(/^> kills the first replica of the hub \(process \d+\)/m)
      expect(out).toMatch(/^Fleet: 5 clusters, 2 replicas of the hub, of which 1 was killed\.$/m)
      expect(out).toMatch(/^ {2}team-a\/dev-1 +story +(\d+) outages, \1 on the hub$/m)
      expect(out).toMatch(/^All \d+ outages are on the hub, each once\.$/m)
      expect(code).toBe(0)
    },
    LONG_MS,
  )

  withPostgres(
    'leaves nothing behind when somebody ends it, and shows its page until then',
    async () => {
      const run = demo([], { TMPDIR: file('') })
      const said = await run.line((line) => line.startsWith('Page: '))
      const page = said.split(' ')[1] ?? ''
      const { clusters } = (await (await fetch(new URL('/api/v1/fleet', page))).json()) as {
        clusters: { cluster: string }[]
      }
      expect(clusters.map(({ cluster }) => cluster).sort()).toEqual([
        'laptop-33/kind',
        'team-a/dev-1',
        'team-a/dev-2',
        'team-b/ci-17',
        'team-b/ci-18',
      ])
      run.child.kill('SIGINT')
      expect((await run.ended).code).toBe(0)
      expect(readdirSync(file('')).filter((name) => /^portolan-(demo|postgres-data)/.test(name))).toEqual([])
      await expect(fetch(page)).rejects.toThrow()
    },
    LONG_MS,
  )

  test('says what it lacks where PostgreSQL cannot be had, and what to do', async () => {
    const { code, err } = await demo([], { PORTOLAN_POSTGRES_BIN: '/nonexistent' }).ended
    expect(code).toBe(3)
    expect(err).toMatch(
      /the demo of a fleet needs PostgreSQL: there is no initdb in \/nonexistent\n {2}set PORTOLAN_POSTGRES_BIN/,
    )
  })

  test.each([
    [['--for=never'], '--for is "never"'],
    [['--json'], '--json is only for the demo of one cluster'],
    [['--listen=off'], '--listen is off'],
  ])('refuses %j', async (words, why) => {
    const { code, err } = await demo(words).ended
    expect(code).toBe(2)
    expect(err).toContain(why)
  })
})
