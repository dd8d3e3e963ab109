import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { read, ROOT } from './tree.ts'

const SYSTEMD = 'deploy/prober/portolan-prober.service'
const LAUNCHD = 'deploy/prober/dev.portolan.prober.plist'
const INSTALLED = '.local/share/portolan/portolan.mjs'

const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined
const withSystemd = hasSystemd ? test : test.skip

describe.each([SYSTEMD, LAUNCHD])('%s', (path) => {
  test('runs the prober from where docs/install.md puts it', () => {
    expect(read(path)).toMatch(
      new RegExp(`node --enable-source-maps \\S*${INSTALLED.replaceAll('.', '\\.')}"? prober\\b`),
    )
    expect(read('docs/install.md')).toContain('cp -r dist ~/.local/share/portolan')
  })

  test('is told of in docs/install.md', () => expect(read('docs/install.md')).toContain(`../${path}`))
})

describe(`systemd${hasSystemd ? '' : ' (skipped: systemd-analyze is missing)'}`, () => {
  withSystemd('takes the unit', () => {
    const runtime = mkdtempSync(join(tmpdir(), 'portolan-units-'))
    const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', join(ROOT, SYSTEMD)], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    })
    rmSync(runtime, { recursive: true })
    expect({ status, stderr }).toMatchObject({ status: 0 })
  })
})
