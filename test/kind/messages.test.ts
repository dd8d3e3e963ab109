import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { emptyEngine, forbiddenEngine } from './harness/engine-sockets.ts'
import { deleteCluster, makeCluster } from './harness/make-cluster.ts'
import { portolan } from './harness/portolan.ts'
import { type Heard, watchWithPortolan } from './harness/portolan-watch.ts'
import { attempt, type Ended, run } from './harness/shell.ts'
import { openStoryCluster, type StoryCluster } from './harness/story-cluster.ts'

/** How to be somebody who may not use the engine; null where this user cannot become anybody else. */
const NOBODY = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
const mayBeNobody = await attempt([...NOBODY, process.execPath, '--version']).then(
  ({ code }) => code === 0,
  () => false,
)

describe('what it says on a machine with real clusters when something is wrong, and how it ends', () => {
  let cluster: StoryCluster
  const second = `${process.env['PORTOLAN_TEST_PREFIX']}-second`
  const kubeconfig = process.env['KUBECONFIG'] ?? ''
  const only = () => ['watch', '--cluster', cluster.name, '--listen', 'off']

  beforeAll(async () => {
    cluster = await openStoryCluster()
    await cluster.reset()
    await makeCluster({ name: second, workers: 0, containerPorts: [30080], kubeconfig })
  })
  afterAll(async () => {
    await deleteCluster(second, kubeconfig)
    await cluster[Symbol.asyncDispose]()
  })

  /** What it said on standard error, where nothing but an error is to be seen. */
  function expectEnd(end: Ended, code: number, ...said: RegExp[]): void {
    for (const one of said) expect(end.err).toMatch(one)
    expect({ code: end.code, out: end.out }).toEqual({ code, out: '' })
    expect(end.err).not.toMatch(/should not have happened|^\s+at /m)
  }

  test('no engine', async () => {
    const end = await portolan(only(), { DOCKER_HOST: 'unix:///nonexistent/docker.sock' })
    expectEnd(end, 3, /No container engine was found/, /unix:\/\/\/nonexistent\/docker\.sock/, /Start Docker/)
  })

  const asNobody = mayBeNobody ? test : test.skip
  asNobody('an engine that this user may not use (skipped where this checkout is not for all to read)', async () => {
    await using engine = await forbiddenEngine()
    const end = await portolan(['watch', '--listen', 'off', '--state', '/tmp'], { DOCKER_HOST: engine.host }, NOBODY)
    expectEnd(end, 3, /may not use the container engine at .*docker\.sock/, /permission denied/)
  })

  test('no cluster', async () => {
    await using engine = await emptyEngine()
    const end = await portolan(['watch', '--listen', 'off'], { DOCKER_HOST: engine.host })
    expectEnd(end, 3, /no cluster/, /kind create cluster/)
  })

  test('no cluster of that name', async () => {
    const end = await portolan(['watch', '--cluster', 'nowhere', '--listen', 'off'])
    expectEnd(end, 2, /no cluster named nowhere/, new RegExp(`these exist: .*${cluster.name}`))
  })

  test('two clusters: it watches both and says so', async () => {
    await using watch = watchWithPortolan([])
    const first = await watch.line('what it watches', ({ type }) => type === 'watching')
    expect(first).toMatchObject({ clusters: expect.arrayContaining([cluster.name, second]) })
    const speaksOf = (name: string) => (line: Heard) => 'cluster' in line && line.cluster === name
    await watch.line(`of ${cluster.name}`, speaksOf(cluster.name))
    // Nothing uses the port of the second one, so that it is neither up nor down until its node is gone.
    await run(['docker', 'stop', '--time', '2', `${second}-control-plane`])
    await watch.line(`of ${second}`, speaksOf(second))
    await run(['docker', 'start', `${second}-control-plane`])
    expect(await watch.interrupt()).toMatchObject({ code: 0 })
  })

  test('two clusters, said to people', async () => {
    const end = await portolan([
      'watch',
      '--cluster',
      cluster.name,
      '--cluster',
      second,
      '--listen',
      'off',
      '--for',
      '3s',
    ])
    expect(end.out).toMatch(/^Watching 2 clusters/)
    expect(end.out.split('\n')[0]).toContain(second)
  })

  test('a stopped cluster', async () => {
    await run(['docker', 'stop', '--time', '2', `${second}-control-plane`])
    const end = await portolan(['watch', '--cluster', second, '--listen', 'off', '--for', '8s'])
    expect(end.out).toMatch(/node_down/)
    expect(end.out).toContain(`${second}-control-plane`)
    expect(end.out).toContain(`docker start ${second}-control-plane`)
    expect(end.out).toMatch(new RegExp(`All nodes of ${second} are stopped`))
    expect(end.code).toBe(1)
  })

  test('an API server that is down at the start: ports are probed, causes stay unknown', async () => {
    const astray = join(kubeconfig, '../astray')
    writeFileSync(astray, readFileSync(kubeconfig, 'utf8').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'))
    const end = await portolan([...only(), '--kubeconfig', astray, '--for', '20s'])
    expect(end.out).toMatch(new RegExp(`API server of ${cluster.name} cannot be reached`))
    expect(end.out).toMatch(/127\.0\.0\.1:1\b/)
    expect(end.out).toMatch(/causes stay unknown/)
    expect(end.code).toBe(3)
  })

  test('no context for the cluster', async () => {
    const end = await portolan([...only(), '--context', 'kind-nowhere'])
    expectEnd(end, 2, /no context kind-nowhere/, new RegExp(`kind-${cluster.name}`))
  })

  test('an unknown option', async () => {
    expectEnd(await portolan([...only(), '--jsno']), 2, /unknown option '--jsno'/, /--json/)
  })

  test('a state folder that cannot be written', async () => {
    expectEnd(await portolan([...only(), '--state', '/proc/portolan']), 3, /\/proc\/portolan/, /--state/)
  })

  test('a port that is in use', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const end = await portolan(['watch', '--cluster', cluster.name, '--listen', `127.0.0.1:${port}`])
    server.close()
    expectEnd(end, 3, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`), /choose another port/)
  })
})
