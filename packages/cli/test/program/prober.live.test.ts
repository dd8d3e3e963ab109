import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { makeCertificate } from '@portolan/certificates'
import type { Observation } from '@portolan/core'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { type ApiWithCollector, kubeconfigOf, startApiWithCollector } from '@portolan/testing'
import { portolan } from './portolan.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-prober-'))
const state = ['--state', join(folder, 'state')]
let practice: PracticeCluster
let api: ApiWithCollector<Observation>

beforeAll(async () => {
  const nodes = [{ role: 'control-plane' as const }]
  practice = createPracticeCluster({ name: 'pond', nodes, folder, clock: systemClock, random: Math.random })
  await practice.start()
  api = await startApiWithCollector<Observation>(
    await makeCertificate('portolan-collector.portolan.svc', new Date(0), new Date(Date.now() + 3_600_000)),
  )
  writeFileSync(join(folder, 'admin'), kubeconfigOf('pond', api.url))
})
afterAll(async () => {
  await api.down()
  await practice.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('it runs until it is stopped, and tells a journal in JSON; its own metrics are served where that is asked for', async () => {
  const env = { DOCKER_HOST: `unix://${practice.engineSocket}`, KUBECONFIG: join(folder, 'admin') }
  const run = portolan(['prober', '--listen', '127.0.0.1:0', ...state], env)
  const connected = JSON.parse(await run.line((line) => line.includes('connected to its collector')))
  expect(connected).toMatchObject({ level: 'info', cluster: 'pond' })
  await api.until(({ observed }) => observed.kind === 'containers')
  const page = /http:\S+(?=\/metrics)/.exec(await run.line((line) => line.includes('/metrics')))?.[0]
  expect((await fetch(`${page}/healthz`)).status).toBe(200)
  const metrics = await (await fetch(`${page}/metrics`)).text()
  for (const name of ['spool_batches', 'spool_dropped_total', 'eventloop_lag_seconds']) {
    expect(metrics).toContain(`portolan_${name}`)
  }
  run.child.kill('SIGTERM')
  expect(await run.ended).toMatchObject({ code: 0, err: '' })
})

test.each<[string, string[], NodeJS.ProcessEnv, number, RegExp]>([
  [
    'every wrong option is told',
    ['--listen', 'here', '--namespace', 'A', '--context', 'x'],
    {},
    2,
    /--listen is "here"[^]*--namespace is "A"[^]*--context needs exactly one --cluster/,
  ],
  [
    'no container engine is told',
    state,
    { DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
    3,
    /\/nonexistent\/docker/,
  ],
  ['a state folder that cannot be made is told', ['--state', '/proc/portolan'], {}, 3, /\/proc\/portolan[^]*--state/],
])('%s', async (_, words, env, code, text) => {
  const end = await portolan(['prober', ...words], env).ended
  expect(end.err).toMatch(text)
  expect(end.code).toBe(code)
})
