import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { seededRandom } from '../../src/random.ts'
import { portolan, type Run } from './portolan.ts'

const HOUR = 3_600_000

/** The library of Debian's package libfaketime, which sets the clock of one process alone. */
const LIBRARY = ['/usr/lib', '/usr/lib64']
  .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []))
  .map((folder) => join(folder, 'faketime', 'libfaketime.so.1'))
  .find((path) => existsSync(path))

/** `watch` has its clock set while it runs; the cluster that it watches has not. */
describe(LIBRARY === undefined ? 'watch with its clock set (needs libfaketime)' : 'watch with its clock set', () => {
  const given = LIBRARY === undefined ? test.skip : test
  const folder = mkdtempSync(join(tmpdir(), 'portolan-clock-'))
  const setting = join(folder, 'setting')
  let cluster: PracticeCluster
  let run: Run

  /** The first line of this type since the clock was set, by what it shows as the time. */
  const lineAfter = (from: number, type: string, state?: string) =>
    run
      .line((text) => {
        const line = JSON.parse(text)
        const at = Date.parse(line.at)
        return line.type === type && at >= from && at < from + HOUR / 2 && (state === undefined || line.state === state)
      })
      .then((text) => JSON.parse(text))

  /** @returns what time it is by the clock that was set */
  function setClock(byMs: number): number {
    writeFileSync(setting, `${byMs < 0 ? '-' : '+'}${Math.abs(byMs) / 1000}`)
    return Date.now() + byMs
  }

  async function goesDarkAndComesBack(from: number): Promise<number> {
    cluster.scale('web', 0)
    await lineAfter(from, 'target.state', 'down')
    cluster.scale('web', 1)
    return (await lineAfter(from, 'incident.closed')).darkSeconds
  }

  beforeAll(async () => {
    if (LIBRARY === undefined) return
    cluster = createPracticeCluster({
      name: 'pond',
      nodes: [{ role: 'control-plane' }, { role: 'worker', ports: [{ hostPort: 0, containerPort: 30080 }] }],
      folder,
      clock: systemClock,
      random: seededRandom(7),
    })
    await cluster.start()
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
    await cluster.settled()
    setClock(0)
    run = portolan(['watch', '--json', '--listen', 'off', '--state', join(folder, 'state')], {
      DOCKER_HOST: `unix://${cluster.engineSocket}`,
      KUBECONFIG: cluster.kubeconfig,
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: setting,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    })
    await lineAfter(Date.now() - 60_000, 'target.state', 'up')
  })

  afterAll(async () => {
    run?.child.kill('SIGKILL')
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  given.each([
    ['forward by two hours', 2 * HOUR],
    ['back by a day', -24 * HOUR],
    ['forward by ten days', 240 * HOUR],
  ])('%s: it says so, sees a port go dark at once, and counts none of it as dark', async (_, byMs) => {
    const from = setClock(byMs)
    const gap = await lineAfter(from, 'gap')
    expect(Math.abs(gap.clockSetSeconds)).toBeGreaterThan(HOUR / 1000)
    expect(await goesDarkAndComesBack(from)).toBeLessThan(HOUR / 1000)
  })
})
