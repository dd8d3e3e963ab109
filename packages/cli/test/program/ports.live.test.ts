import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { targetsDocument } from '@portolan/wire'
import { parse } from 'yaml'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

/** The real program lists the ports of a practice cluster, which it takes for a real one. */
describe('ports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-ports-'))
  let cluster: PracticeCluster
  let env: NodeJS.ProcessEnv
  let port = ''

  beforeAll(async () => {
    cluster = makePond(folder)
    await cluster.start()
    cluster.cordon('pond-worker')
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
    await cluster.settled()
    port = String(cluster.hostPort(30080))
    const home = join(folder, 'home')
    mkdirSync(home)
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig, XDG_STATE_HOME: home }
  }, 30_000)

  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('lists them where nothing runs, and ends with 1 for a dark one', async () => {
    const { code, out, err } = await portolan(['ports'], env).ended
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(/^ {2}PORT .*SINCE\n✗ \d+ +web +down .* worker +worker2 /)
  }, 60_000)

  test('has nothing to follow where nothing runs', async () => {
    const { code, err } = await portolan(['ports', '--watch'], env).ended
    expect(code).toBe(2)
    expect(err).toContain('start portolan watch')
  }, 60_000)

  describe('while a watch runs', () => {
    let run: Run

    beforeAll(async () => {
      run = portolan(['watch', '--json', '--listen', 'off', '--state', join(folder, 'elsewhere')], env)
      await run.line((line) => line.includes('"etp_local"'))
    }, 60_000)

    afterAll(async () => {
      run.child.kill('SIGINT')
      await run.ended
    })

    test('the named port is a document in JSON and YAML, and a row with more columns when wide', async () => {
      const json = await portolan(['ports', port, '-o', 'json'], env).ended
      const { targets } = targetsDocument.parse(JSON.parse(json.out))
      expect(targets).toMatchObject([{ hostPort: Number(port), state: 'down', cause: 'etp_local' }])
      const yaml = await portolan(['ports', port, '-o', 'yaml'], env).ended
      expect(targetsDocument.parse(parse(yaml.out)).targets[0]?.id).toBe(targets[0]?.id)
      const wide = await portolan(['ports', `pond/${port}`, '-o', 'wide'], env).ended
      expect(wide.out).toMatch(/LISTENS ON[^]*Deployment\/default\/web/)
    }, 60_000)

    test('an unknown one is refused with the names of those that there are', async () => {
      const { code, out, err } = await portolan(['ports', '1'], env).ended
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain(`pond/${port}`)
    }, 60_000)

    test('followed, the table comes again when the port answers', async () => {
      const followed = portolan(['ports', '--watch'], env)
      await followed.line((line) => line.startsWith('✗ '))
      cluster.uncordon('pond-worker')
      cluster.drain('pond-worker2')
      await followed.line((line) => line.startsWith('✓ '))
      followed.child.kill('SIGINT')
      expect((await followed.ended).code).toBe(0)
    }, 60_000)
  })
})
