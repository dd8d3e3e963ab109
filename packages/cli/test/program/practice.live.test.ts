import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { watchLine } from '@portolan/wire'
import { isPlainNumber, VOCABULARY } from '../../src/recording/vocabulary.ts'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

/** The real program watches a practice cluster: real engine socket, real API, real ports. */
describe('watch on a practice cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-watch-'))
  const state = ['--state', join(folder, 'state')]
  let cluster: PracticeCluster
  let run: Run
  let env: NodeJS.ProcessEnv
  let target = ''
  let told = ''

  const opened = (line: string, cause: string) =>
    isOf(line, 'incident.opened', 'incident.updated') && JSON.parse(line).cause === cause
  const isOf = (line: string, ...types: string[]) => types.includes(JSON.parse(line).type)

  /** The pod is deleted and finds one node open. */
  function move(to: string): void {
    const [pod] = cluster.pods('web')
    const other = to === 'pond-worker' ? 'pond-worker2' : 'pond-worker'
    cluster.cordon(other)
    cluster.uncordon(to)
    if (pod !== undefined) cluster.deletePod(pod.name)
  }

  beforeAll(async () => {
    cluster = makePond(folder)
    await cluster.start()
    cluster.cordon('pond-worker2')
    cluster.deploy({ name: 'web' })
    cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
    await cluster.settled()
    cluster.uncordon('pond-worker2')
    target = `host:${cluster.hostPort(30080)}`
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
    run = portolan(['watch', '--json', '--listen', '127.0.0.1:0', ...state], env)
    await run.line((line) => isOf(line, 'target.state') && JSON.parse(line).state === 'up')
  }, 60_000)

  afterAll(async () => {
    run.child.kill('SIGKILL')
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the first line says what is watched, and where the page is', async () => {
    const line = JSON.parse(await run.line((one) => isOf(one, 'watching')))
    expect(line).toMatchObject({ clusters: ['pond'], store: join(folder, 'state', 'portolan.db') })
    expect((await fetch(`${line.page}/healthz`)).status).toBe(200)
    expect(await (await fetch(`${line.page}/metrics`)).text()).toMatch(
      new RegExp(`portolan_target_up\\{.*target="${target}".*\\} 1`),
    )
  })

  test('a pod that moves to an unmapped node is etp_local; the printed fix closes it', async () => {
    move('pond-worker2')
    const line = JSON.parse(await run.line((one) => opened(one, 'etp_local')))
    told = line.id
    expect(line.summary).toMatch(/only pod is on pond-worker2, but the port is mapped to pond-worker\b/)
    expect(line.remedies[0].command).toContain(
      `patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
    )
    move('pond-worker')
    const closed = JSON.parse(await run.line((one) => isOf(one, 'incident.closed') && JSON.parse(one).id === line.id))
    expect(closed.darkSeconds).toBeGreaterThan(0)
  }, 60_000)

  test('explain and incidents answer from the same store meanwhile', async () => {
    const explained = await portolan(['explain', target.replace('host:', ''), ...state]).ended
    expect(explained.out).toMatch(/Path[^]*kube-proxy[^]*Vantage points[^]*host\/loopback4[^]*Placements/)
    const listed = await portolan(['incidents', '--json', ...state]).ended
    expect(JSON.parse(listed.out).incidents.map((one: { id: string }) => one.id)).toContain(told)
    const unknown = await portolan(['explain', '1', ...state]).ended
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining(`pond/${target.replace('host:', '')}`) })
  }, 60_000)

  test('a second watch on the same store is told who holds it', async () => {
    const second = await portolan(['watch', '--listen', 'off', ...state], env).ended
    expect(second.code).toBe(3)
    expect(second.err).toContain(String(run.child.pid))
  }, 60_000)

  test('every line keeps the contract, and an interrupt ends it cleanly', async () => {
    run.child.kill('SIGINT')
    const { code, out, err } = await run.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const line of out.split('\n')) expect(watchLine.safeParse(JSON.parse(line)).error).toBeUndefined()
  }, 60_000)

  test('after its end explain still answers', async () => {
    const explained = await portolan(['explain', target, ...state]).ended
    expect(explained.code).toBe(0)
  }, 60_000)

  test('what it saw, recorded under other names, holds no word of the cluster, and is decided about alike', async () => {
    const [plain, renamed] = [join(folder, 'plain.ndjson'), join(folder, 'renamed.ndjson')]
    expect(await portolan(['record', plain, ...state]).ended).toMatchObject({ code: 0, err: '' })
    expect(await portolan(['record', renamed, '--anonymise', ...state]).ended).toMatchObject({ code: 0, err: '' })
    const known = wordsOf(plain)
    expect(known).toEqual(expect.arrayContaining(['pond', 'pond-worker', 'web', 'kind-pond']))
    const left = new Set(wordsOf(renamed))
    expect(known.filter((word) => left.has(word) && !VOCABULARY.has(word) && !isPlainNumber(word))).toEqual([])
    const decided = async (file: string) => {
      const { incidents } = JSON.parse((await portolan(['replay', file, '--json']).ended).out)
      return incidents.map(({ target, cause, confidence, darkSeconds }: Record<string, unknown>) => [
        target,
        cause,
        confidence,
        darkSeconds,
      ])
    }
    expect(await decided(renamed)).toEqual(await decided(plain))
  }, 60_000)

  test('what it saw, recorded and replayed, leads to the same incidents to the last byte, and to the same page', async () => {
    const file = join(folder, 'seen.ndjson.gz')
    expect(await portolan(['record', file, ...state]).ended).toMatchObject({ code: 0, err: '' })
    const kept = await portolan(['incidents', '--json', ...state]).ended
    const replayed = await portolan(['replay', file, '--json']).ended
    const oldestFirst = (text: string) => JSON.stringify(JSON.parse(text).incidents.toReversed())
    expect(JSON.stringify(JSON.parse(replayed.out).incidents)).toBe(oldestFirst(kept.out))

    const shown = portolan(['replay', file, '--json', '--listen', '127.0.0.1:0', '--speed', '1000'])
    const told = once(shown.child.stderr as Readable, 'data')
    await shown.line((line) => line === '}')
    const [page] = /http:\/\/[\d.:]+/.exec(String(await told)) ?? []
    expect(await (await fetch(`${page}/api/v1/clock`)).json()).toMatchObject({ pace: 0, recorded: true })
    shown.child.kill('SIGINT')
    const { code, out, err } = await shown.ended
    expect({ code, out }).toEqual({ code: 0, out: replayed.out })
    expect(err).toMatch(/^Page: http:\/\/127\.0\.0\.1:\d+\/timeline#key=[\w-]+ \(Ctrl-C to quit\)\n$/)
  }, 60_000)

  test('a reader that leaves ends it without a word, and a kubeconfig alone is enough', async () => {
    const words = ['watch', '--kubeconfig', cluster.kubeconfig, '--listen', 'off', '--state', join(folder, 'reader')]
    const short = portolan(words, { DOCKER_HOST: `unix://${cluster.engineSocket}` })
    expect(await short.line(() => true)).toContain(`context kind-pond of ${cluster.kubeconfig}`)
    short.child.stdout?.destroy()
    move('pond-worker2')
    expect(await short.ended).toMatchObject({ code: 0, err: '' })
  }, 60_000)

  test('a stopped cluster is told with the command that starts it, and its ports are watched', async () => {
    const names = ['pond-control-plane', 'pond-worker', 'pond-worker2']
    for (const name of names) await cluster.stopNode(name)
    const stopped = portolan(['watch', '--listen', 'off', '--state', join(folder, 'stopped')], env)
    expect(await stopped.line((line) => line.startsWith('docker start'))).toBe(`docker start ${names.join(' ')}`)
    expect(await stopped.line((line) => line.includes('DARK'))).toContain('node_down')
    stopped.child.kill('SIGINT')
    expect((await stopped.ended).code).toBe(0)
    for (const name of names) await cluster.startNode(name)
  }, 60_000)

  test('without the API the ports are probed all the same, and it says what is missing', async () => {
    await cluster.stopApi()
    const words = ['watch', '--listen', 'off', '--state', join(folder, 'blind')]
    const blind = portolan(words, env)
    const line = await blind.line((one) => one.includes('causes stay unknown'))
    expect(line).toContain('API server of pond cannot be reached')
    expect(await blind.line((one) => one.startsWith('kubectl'))).toBe('kubectl --context=kind-pond get --raw=/readyz')
    blind.child.kill('SIGINT')
    expect((await blind.ended).code).toBe(0)
    const end = await portolan([...words, '--for', '1s'], env).ended
    await cluster.startApi()
    expect(end).toMatchObject({ code: 3, err: expect.stringContaining('portolan: the API server of pond') })
  }, 60_000)
})

/** The words of all strings in a recording, but for addresses of the loopback, which stay as they are. */
function wordsOf(file: string): string[] {
  const strings = (value: unknown): string[] => {
    if (typeof value === 'string') return value.split(/[^\w.-]+/)
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  const words = lines.flatMap((line) => strings(JSON.parse(line)))
  const header = readFileSync(file, 'utf8').split('\n', 1)[0] ?? ''
  return [...new Set([...words, ...strings(JSON.parse(header).settings)])].filter(
    (word) => !/^(127\.[\d.]+)?$/.test(word),
  )
}
