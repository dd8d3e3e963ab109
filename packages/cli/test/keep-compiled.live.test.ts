import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { portolan } from './program/portolan.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-compiled-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = async (env: NodeJS.ProcessEnv) => (await portolan(['check'], env).ended).err

test('Node keeps what it compiles in the cache folder of the user', async () => {
  await start({ HOME: folder })
  expect(readdirSync(join(folder, '.cache/portolan'))).not.toEqual([])
})

test('or in $XDG_CACHE_HOME', async () => {
  await start({ HOME: '/nonexistent', XDG_CACHE_HOME: join(folder, 'elsewhere') })
  expect(readdirSync(join(folder, 'elsewhere/portolan'))).not.toEqual([])
})

test.each([
  ['is not there', join(folder, 'nothing')],
  ['takes no folder', '/proc'],
])('a home that %s is left alone', async (_, home) => {
  expect(await start({ HOME: home })).toContain('no kind config was named')
  expect(existsSync(join(home, '.cache'))).toBe(false)
})
