import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

let folder: string
let cluster: PracticeCluster
let run: Run | null

/** On a desktop engine loopback is all that the host sees: what else is known of the pods comes through the API server. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-asked-'))
  run = null
  cluster = makePond(folder, { desktop: true })
  await cluster.start()
  cluster.cordon('pond-worker')
  cluster.deploy({ name: 'web' })
  cluster.service({ name: 'web', app: 'web', nodePort: 30080 })
  await cluster.settled()
})

afterEach(async () => {
  run?.child.kill('SIGKILL')
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Line {
  type: string
  state?: string
  candidates: string[]
  evidence: { text: string }[]
}

/** Once the port is up the way to its pod breaks. @returns the first word for which that is so */
async function afterTheBreak(args: string[], isSo: (line: Line) => boolean): Promise<Line> {
  const env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
  run = portolan(['watch', '--json', '--listen', 'off', '--state', join(folder, 'state'), ...args], env)
  const isUp = (line: string) => JSON.parse(line).state === 'up'
  await run.line(isUp)
  cluster.breakPath('pond-worker', 'pond-worker2')
  const line = await run.line((text) => {
    const read: Line = JSON.parse(text)
    return read.type.startsWith('incident.') && isSo(read)
  })
  return JSON.parse(line)
}

test('a pod that answers through the API server is no slow application: the way to it is broken', async () => {
  const [pod] = cluster.pods('web')
  const name = `pod default/${pod?.name} on pond-worker2`
  const line = await afterTheBreak([], ({ evidence }) =>
    [
      `${name} answers at port 8080 from inside (port-forward)`,
      `${name} answers the API server at port 8080 (pod proxy)`,
    ].every((text) => evidence.some((one) => one.text === text)),
  )
  expect(line.candidates).not.toContain('app_slow')
}, 60_000)

test('with --no-witness nothing is asked', async () => {
  const line = await afterTheBreak(['--no-witness'], ({ candidates }) => candidates.includes('app_slow'))
  expect(line.evidence.map(({ text }) => text).join()).not.toMatch(/port-forward|pod proxy/)
}, 60_000)
