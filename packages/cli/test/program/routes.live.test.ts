import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PracticeCluster } from '@portolan/practice'
import { makePond } from './pond.ts'
import { portolan, type Run } from './portolan.ts'

let folder: string
let cluster: PracticeCluster
let run: Run
let env: NodeJS.ProcessEnv

const ROUTES = { 'shop.localhost/': 'shop:80', 'api.localhost/': 'shop:80' }
const ingress = (routes: Record<string, string>) => cluster.ingress({ name: 'shop', className: 'practice', routes })

/** An edge proxy at the mapped port with one application behind two routes, and a watch that has seen both up. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-routes-'))
  cluster = makePond(folder)
  await cluster.start()
  cluster.cordon('pond-worker2')
  cluster.deploy({ name: 'edge', edgeOf: 'practice' })
  cluster.deploy({ name: 'shop' })
  cluster.service({ name: 'edge', app: 'edge', nodePort: 30080, externalTrafficPolicy: 'Local' })
  cluster.service({ name: 'shop', app: 'shop' })
  ingress(ROUTES)
  await cluster.settled()
  cluster.uncordon('pond-worker2')
  env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig }
  run = portolan(['watch', '--json', '--listen', 'off', '--state', join(folder, 'state')], env)
  for (const host of ['shop.localhost', 'api.localhost']) {
    await heard(({ type, target, state }) => type === 'target.state' && target === route(host) && state === 'up')
  }
}, 60_000)

afterEach(async () => {
  run.child.kill('SIGKILL')
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Line {
  type: string
  target: string
  state: string
  id: string
  cause: string
  summary: string
  routes?: { count: number; names: string[] }
}

const port = () => cluster.hostPort(30080)
const route = (host: string) => `route:${port()}/${host}/`

async function heard(isIt: (line: Line) => boolean): Promise<Line> {
  return JSON.parse(await run.line((text) => isIt(JSON.parse(text))))
}

/** What a reader prints of the broken route: it may be a beat behind the watch. */
async function answerOf(command: 'explain' | 'why'): Promise<string> {
  for (;;) {
    const { code, out } = await portolan([command, 'shop.localhost', '--state', join(folder, 'state')]).ended
    if (code === 1) return out
  }
}

test('a Service that goes breaks its routes, which are well again when it is back', async () => {
  cluster.removeService('shop')
  const incident = await heard(({ type, cause }) => type === 'incident.opened' && cause === 'route_backend_missing')
  expect(incident.summary).toMatch(/leads to Service default\/shop, which does not exist/)
  expect(await answerOf('explain')).toMatch(/✗ service +Service default\/shop port 80: there is none/)
  expect(await answerOf('why')).toMatch(
    /has been broken for [^]*route_backend_missing[^]*leads to Service default\/shop/,
  )
  const waited = portolan(['wait', 'shop.localhost', '--timeout', '50s'], env).ended
  cluster.service({ name: 'shop', app: 'shop' })
  await heard(({ type, id }) => type === 'incident.closed' && id === incident.id)
  expect(await waited).toMatchObject({ code: 0, out: expect.stringContaining('/shop.localhost/ answers after') })
}, 60_000)

test('a port that its Service does not have is named', async () => {
  ingress({ ...ROUTES, 'api.localhost/': 'shop:8888' })
  const incident = await heard(({ type, cause }) => type === 'incident.opened' && cause === 'route_backend_port')
  expect(incident).toMatchObject({ target: route('api.localhost'), summary: expect.stringMatching(/port 8888/) })
}, 60_000)

test('an application that is scaled to 0 has no ready endpoint', async () => {
  cluster.scale('shop', 0)
  const incident = await heard(({ type, cause }) => type.startsWith('incident.') && cause === 'no_endpoints')
  expect(incident.summary).toMatch(/scaled to 0/)
}, 60_000)

test('an edge proxy that moves off the mapped node makes one incident, which lists the routes', async () => {
  cluster.cordon('pond-worker')
  cluster.deletePod(cluster.pods('edge')[0]?.name ?? '')
  const incident = await heard(
    ({ type, target, cause }) => type.startsWith('incident.') && target === `host:${port()}` && cause === 'etp_local',
  )
  expect(incident.routes).toEqual({ count: 2, names: ['api.localhost/', 'shop.localhost/'] })
  run.child.kill('SIGTERM')
  const { out } = await run.ended
  const opened = out
    .split('\n')
    .map((text): Line => JSON.parse(text))
    .filter(({ type }) => type === 'incident.opened')
  expect(opened.map(({ target }) => target)).toEqual([`host:${port()}`])
}, 60_000)
