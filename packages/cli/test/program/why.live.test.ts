import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { whyDocument } from '@portolan/wire'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

/** The real program says of a practice cluster, which it takes for a real one, why its port is dark. */
describe('why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-why-'))
  let cluster: PracticeCluster
  let env: NodeJS.ProcessEnv
  let port = ''

  const why = async (...words: string[]) => {
    const { code, out, err } = await portolan(['why', ...words, '--output', 'json'], env).ended
    expect(err).toBe('')
    return { code, why: whyDocument.parse(JSON.parse(out)) }
  }

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

  test('watches by itself where nothing runs, and says the cause and the fix', async () => {
    const { code, why: answer } = await why(port, '--for', '30s')
    expect(code).toBe(1)
    expect(answer).toMatchObject({
      port: `pond/${port}`,
      state: 'down',
      source: { kind: 'own', page: null },
      verdict: { cause: 'etp_local', confidence: 'proven' },
    })
    expect(answer.fixes[0]?.command).toContain('patch service/web')
  }, 60_000)

  test('asks no pods where that is not wanted', async () => {
    const { why: answer } = await why(port, '--for', '30s', '--no-witness')
    expect(answer.verdict?.cause).toBe('etp_local')
    expect(JSON.stringify(answer.evidence)).not.toContain('port-forward')
  }, 60_000)

  test('ends with 2 where no such port is mapped, and with 3 where nothing can be looked at', async () => {
    const unknown = await portolan(['why', '1'], env).ended
    expect(unknown).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`pond/${port}`) })
    const blind = await portolan(['why', port], { ...env, DOCKER_HOST: 'unix:///nonexistent' }).ended
    expect(blind).toMatchObject({ code: 3, out: '' })
    const wrong = await portolan(['why', port, '--for', 'soon', '--page', 'ftp://x'], env).ended
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/--for is "soon"[^]*--page is "ftp:\/\/x"/) })
  }, 60_000)

  describe('while a watch runs that keeps its store somewhere else', () => {
    let run: Run
    let page = ''

    beforeAll(async () => {
      const words = ['watch', '--json', '--listen', '127.0.0.1:0', '--state', join(folder, 'elsewhere')]
      run = portolan(words, env)
      page = (JSON.parse(await run.line((line) => line.includes('"watching"'))) as { page: string }).page
      await run.line((line) => line.includes('"etp_local"'))
    }, 60_000)

    afterAll(async () => {
      run.child.kill('SIGINT')
      await run.ended
    })

    test('asks that', async () => {
      const { code, why: answer } = await why(port)
      expect(code).toBe(1)
      expect(answer).toMatchObject({ source: { kind: 'watch', page }, verdict: { cause: 'etp_local' } })
    }, 60_000)

    test('asks through its page, as one in a cluster is asked', async () => {
      const { why: answer } = await why(port, '--page', page)
      expect(answer).toMatchObject({ source: { kind: 'page', page }, verdict: { cause: 'etp_local' } })
      const away = await portolan(['why', port, '--page', 'http://127.0.0.1:1'], env).ended
      expect(away).toMatchObject({ code: 3, err: expect.stringContaining('portolan page') })
    }, 60_000)

    test('other commands find it as well, without a word', async () => {
      const listed = await portolan(['incidents'], env).ended
      expect(listed).toMatchObject({ code: 1, err: '', out: expect.stringContaining('etp_local') })
    }, 60_000)
  })

  test('of a port that answers ends with 0', async () => {
    cluster.uncordon('pond-worker')
    cluster.cordon('pond-worker2')
    for (const { name } of cluster.pods('web')) cluster.deletePod(name)
    await cluster.settled()
    const { code, why: answer } = await why(`pond/${port}`, '--for', '30s')
    expect({ code, state: answer.state, fixes: answer.fixes }).toEqual({ code: 0, state: 'up', fixes: [] })
  }, 60_000)
})
