import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { checkDocument } from '@portolan/wire'
import { makePond } from './pond.ts'
import { portolan } from './portolan.ts'

/** The real program checks a practice cluster whose one port answers by luck. */
describe('check --live on a practice cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-check-'))
  let cluster: PracticeCluster
  let env: NodeJS.ProcessEnv
  let port = 0

  beforeAll(async () => {
    cluster = makePond(folder)
    await cluster.start()
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
    await cluster.settled()
    port = cluster.hostPort(30080)
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
  }, 30_000)

  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('tells the probability and the commands that prevent it', async () => {
    const { code, out, err } = await portolan(['check', '--live'], env).ended
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(new RegExp(`^${port} +may go dark 50 % +etp_local +default/web\n`))
    expect(out).toContain(
      `kubectl --context=kind-pond --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
    )
  }, 30_000)

  test('as JSON it keeps the contract of check', async () => {
    const { out } = await portolan(['check', '--live', '--cluster', 'pond', '--format', 'json'], env).ended
    expect(checkDocument.parse(JSON.parse(out))).toMatchObject({
      clusters: [{ name: 'pond', nodes: ['pond-control-plane', 'pond-worker', 'pond-worker2'] }],
      ports: [{ hostPort: port, darkProbability: 0.5, file: null, line: null }],
    })
  }, 30_000)

  test('of a drain it tells what goes dark, for how long, and what prevents it', async () => {
    cluster.drain('pond-worker2')
    await cluster.settled()
    cluster.uncordon('pond-worker2')
    const { code, out } = await portolan(['check', '--live', '--drain', 'worker', '--format', 'json'], env).ended
    const { ports, notes } = checkDocument.parse(JSON.parse(out))
    expect(ports).toMatchObject([
      { hostPort: port, darkProbability: 1, drain: { answersNow: true, darkUntil: 'mended', darkSeconds: null } },
    ])
    expect(ports[0]?.remedies[0]?.command).toContain('externalTrafficPolicy')
    expect(notes[0]?.text).toContain('PodDisruptionBudgets')
    expect(code).toBe(1)
    const { out: text } = await portolan(['check', '--live', '--drain', 'pond-worker2'], env).ended
    expect(text).toMatch(new RegExp(`^${port} +keeps answering`))
  }, 60_000)

  test.each<[string, string[], RegExp]>([
    ['a node that is not there', ['--drain', 'worker9'], /no node named worker9\n.*pond-worker2/],
    ['a cluster that is not there', ['--cluster', 'lake'], /no cluster named lake\n.*pond/],
    ['a file', ['app.yaml'], /reads no files, but app\.yaml was named/],
    ['a context for no cluster', ['--context', 'x'], /--context needs exactly one --cluster/],
  ])(
    '%s is wrong usage',
    async (_, words, message) => {
      const { code, err } = await portolan(['check', '--live', ...words], env).ended
      expect(err).toMatch(message)
      expect(code).toBe(2)
    },
    30_000,
  )
})
