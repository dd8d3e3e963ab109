import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

let folder: string
let cluster: PracticeCluster
let run: Run | null

/** A cluster of which nobody knows more than its context, on a machine without a container engine. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-any-'))
  run = null
  cluster = makePond(folder)
  await cluster.start()
  cluster.deploy({ name: 'web' })
  cluster.service({ name: 'local', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
  await cluster.settled()
})

afterEach(async () => {
  run?.child.kill('SIGKILL')
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

const nodeOf = () => cluster.pods('web')[0]?.node ?? ''
const others = () => ['pond-control-plane', 'pond-worker', 'pond-worker2'].filter((name) => name !== nodeOf())

function startWithContext(command: string, ...args: string[]): Run {
  const kubeconfig = join(folder, 'any.kubeconfig')
  writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replaceAll('kind-pond', 'shop-dev'))
  const env = { DOCKER_HOST: `unix://${join(folder, 'none.sock')}`, KUBECONFIG: kubeconfig }
  run = portolan([command, '--context', 'shop-dev', ...args], env)
  return run
}

const isState = (node: string, state: string) => (line: string) => {
  const read = JSON.parse(line)
  return read.type === 'target.state' && read.target === `node:${node}:30080` && read.state === state
}

test('each node is told by what the policy makes of it, and a move changes that', async () => {
  const watch = startWithContext('watch', '--json', '--listen', 'off', '--state', join(folder, 'state'))
  const before = nodeOf()
  await watch.line(isState(before, 'up'))
  for (const node of others()) await watch.line(isState(node, 'by_design'))
  cluster.cordon(before)
  cluster.deletePod(cluster.pods('web')[0]?.name ?? '')
  await watch.line((line) => {
    const read = JSON.parse(line)
    return read.type === 'placement.changed' && read.from[0] === before
  })
  await watch.line(isState(before, 'by_design'))
  await watch.line(isState(nodeOf(), 'up'))
}, 60_000)

test('waiting is over when the nodes answer that are meant to', async () => {
  const { code, out } = await startWithContext('wait', '--timeout', '50s').ended
  expect(out).toContain(`${nodeOf()}:30080`)
  expect(code).toBe(0)
}, 60_000)

test('a context that is not there is a usage error that names those that are', async () => {
  const { code, err } = await portolan(['watch', '--context', 'nowhere', '--state', join(folder, 'state')], {
    KUBECONFIG: cluster.kubeconfig,
  }).ended
  expect(err).toMatch(/There is no context nowhere in .*: it holds kind-pond\./)
  expect(code).toBe(2)
})
