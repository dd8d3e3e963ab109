import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stateFolder } from '../src/state-folder.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'portolan-state-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('the state folder', () => {
  test.each([
    ['lies in XDG_STATE_HOME', () => ({ XDG_STATE_HOME: join(home, 'xdg'), HOME: home }), 'xdg/portolan'],
    ['lies in the home folder by default', () => ({ HOME: home }), '.local/state/portolan'],
    ['ignores a relative XDG_STATE_HOME', () => ({ XDG_STATE_HOME: 'xdg', HOME: home }), '.local/state/portolan'],
  ])('%s', (_, env, expected) => expect(stateFolder(env())).toBe(join(home, expected)))

  test('is for its owner only', () => {
    expect(statSync(stateFolder({ HOME: home })).mode & 0o777).toBe(0o700)
  })

  test('says what to do where it cannot be made', () => {
    writeFileSync(join(home, 'file'), '')
    expect(() => stateFolder({ XDG_STATE_HOME: join(home, 'file') })).toThrow(
      expect.objectContaining({
        code: 'store_unusable',
        message: `the state folder ${join(home, 'file', 'portolan')} cannot be written to (ENOTDIR)`,
        hint: expect.stringContaining('XDG_STATE_HOME'),
      }),
    )
  })
})
