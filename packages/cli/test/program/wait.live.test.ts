import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { waitDocument } from '@portolan/wire'
import { makePond } from './pond.ts'
import { portolan } from './portolan.ts'

/** The real program waits for the ports of a practice cluster. */
describe('wait on a practice cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-wait-'))
  let cluster: PracticeCluster
  let env: NodeJS.ProcessEnv
  let port = ''

  beforeAll(async () => {
    cluster = makePond(folder)
    await cluster.start()
    port = String(cluster.hostPort(30080))
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
  }, 30_000)

  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('it ends as soon as what is deployed meanwhile answers', async () => {
    const run = portolan(['wait', '--timeout', '60s', '--json'], env)
    cluster.cordon('pond-worker2')
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
    const { code, out, err } = await run.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const document = waitDocument.parse(JSON.parse(out))
    expect(document).toMatchObject({ answered: true, ports: [{ answers: true, incident: null }] })
    expect(document.ports[0]?.port.id).toBe(`host:${port}`)
  }, 60_000)

  test('a port that answers already is told at once, by its name', async () => {
    const { code, out } = await portolan(['wait', `pond/${port}`, '--cluster', 'pond'], env).ended
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^✓ ${port} answers after [^\n]*$`))
  }, 30_000)

  test('when the time is up it tells the cause, what was seen and the fix, and the report says the same', async () => {
    cluster.cordon('pond-worker')
    cluster.uncordon('pond-worker2')
    for (const { name } of cluster.pods('web')) cluster.deletePod(name)
    await cluster.settled()
    const report = join(folder, 'report.xml')
    const { code, out } = await portolan(['wait', '--timeout', '6s', '--junit', report], env).ended
    expect(code).toBe(1)
    expect(out).toMatch(/etp_local[^]*only pod is on pond-worker2[^]*Seen: [^]*node-address[^]*Fix: /)
    expect(out).toContain(`patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`)
    expect(out).toMatch(/1 of 1 port did not answer within /)
    const xml = readFileSync(report, 'utf8')
    expect(xml).toMatch(
      new RegExp(`<testcase classname="pond" name="port ${port} answers"[^]*<failure type="etp_local"`),
    )
    expect(xml).toContain('{&quot;spec&quot;:{&quot;externalTrafficPolicy&quot;:&quot;Cluster&quot;}}')
  }, 30_000)

  test('a port that is not mapped is wrong usage, and those that are get named', async () => {
    const { code, out, err } = await portolan(['wait', '1'], env).ended
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(new RegExp(`no port is called 1\n.*pond/${port}`))
  }, 30_000)

  test('a cluster that was named is waited for', async () => {
    const { code, err } = await portolan(['wait', '--cluster', 'lake', '--timeout', '1s'], env).ended
    expect(code).toBe(3)
    expect(err).toMatch(/no cluster named lake appeared\n.*these exist: pond/)
  }, 30_000)
})
