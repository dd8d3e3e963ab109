import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { isDesktop, readEngineInfo, versionReply } from '../src/engine-info.ts'

const docker = versionReply.parse(
  JSON.parse(readFileSync(new URL('recorded/docker-version.json', import.meta.url), 'utf8')),
)
const podman = { Version: '5.4.2', Components: [{ Name: 'Podman Engine', Version: '5.4.2' }, { Name: 'Conmon' }] }
const info = { OperatingSystem: 'Debian GNU/Linux 12 (bookworm)' }

test.each([
  ['Docker', docker, 'docker', '20.10.24+dfsg1'],
  ['Podman, on whatever socket', podman, 'podman', '5.4.2'],
  ['one that tells little', {}, 'docker', 'unknown'],
])('%s', (_, version, kind, number) => {
  expect(readEngineInfo(version, info, 'unix:///var/run/docker.sock', 'linux')).toEqual({
    kind,
    version: number,
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    desktop: false,
    endpoint: 'unix:///var/run/docker.sock',
  })
})

describe('nodes inside a virtual machine', () => {
  test.each([
    ['Docker Desktop', 'unix:///home/me/.docker/desktop/docker.sock', 'linux', true],
    ['Docker Desktop', 'unix:///var/run/docker.sock', 'linux', true],
    ['Alpine Linux v3.20', 'unix:///home/me/.rd/docker.sock', 'linux', true],
    ['Ubuntu 24.04', 'unix:///Users/me/.colima/default/docker.sock', 'darwin', true],
    ['OrbStack', 'unix:///Users/me/.orbstack/run/docker.sock', 'darwin', false],
    ['Ubuntu 24.04', 'unix:///run/user/1000/docker.sock', 'linux', false],
    ['Ubuntu 24.04', 'tcp://10.0.0.1:2375', 'darwin', false],
  ] as const)('%s at %s on %s: %s', (system, endpoint, platform, expected) => {
    expect(isDesktop(system, endpoint, platform)).toBe(expected)
  })
})
