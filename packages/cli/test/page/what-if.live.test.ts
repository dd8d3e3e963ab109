import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { drainText } from '@portolan/core'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { silentLog } from '@portolan/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { inspectLive } from '../../src/check/inspect-live.ts'
import { verdictText } from '../../src/check/words.ts'
import { createLive, type Live } from '../../src/live.ts'
import { seededRandom } from '../../src/random.ts'
import { overhang, barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe
const PICTURES = process.env['PORTOLAN_PICTURES']
const PORTS = [30080, 30081, 30082, 30083, 30084]

const OTHERS = ['pond-worker2', 'pond-worker3']

interface Shown {
  port: string
  words: string
  command: string | null
}

inBrowser('what if a node is drained', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-what-if-'))
  const home = join(folder, 'home')
  let browser: Browser
  let cluster: PracticeCluster
  let live: Live
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    mkdirSync(home)
    cluster = createPracticeCluster({
      name: 'pond',
      nodes: [
        { role: 'control-plane' },
        { role: 'worker', ports: PORTS.map((containerPort) => ({ hostPort: 0, containerPort })) },
        { role: 'worker' },
        { role: 'worker' },
      ],
      folder,
      clock: systemClock,
      random: seededRandom(7),
    })
    await cluster.start()
    for (const node of OTHERS) cluster.cordon(node)
    cluster.deploy({ name: 'local' })
    await cluster.settled()
    for (const node of OTHERS) cluster.uncordon(node)
    cluster.service({ name: 'local', app: 'local', nodePort: 30080, externalTrafficPolicy: 'Local' })
    cluster.deploy({ name: 'single' })
    cluster.service({ name: 'single', app: 'single', nodePort: 30081 })
    cluster.deploy({ name: 'double', replicas: 2 })
    cluster.service({ name: 'double', app: 'double', nodePort: 30082 })
    cluster.deploy({ name: 'pinned', nodeSelector: { 'kubernetes.io/hostname': 'pond-worker' } })
    cluster.service({ name: 'pinned', app: 'pinned', nodePort: 30084 })
    cluster.deploy({ name: 'held', replicas: 3, hostPort: 30083 })
    await cluster.settled()
    env = { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig, XDG_STATE_HOME: home }
    live = createLive({
      env,
      only: [],
      clock: systemClock,
      log: silentLog,
      state: null,
      listen: { host: '127.0.0.1', port: 0 },
      intervalMs: 1000,
      asksPods: false,
      onChange() {},
      onNotice() {},
    })
    await live.start()
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })

  afterAll(async () => {
    await browser.close()
    await live.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(path = '/what-if', width = 1280): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    await page.goto(`${new URL(live.page ?? '').origin}${path}`)
    await page.locator('.drain-choices button').first().waitFor()
    return page
  }

  const shown = (page: Page) =>
    page.locator('.drained > li').evaluateAll((all): Shown[] =>
      all.map((one) => ({
        port: /^\s*(\d+)/.exec(one.querySelector('h3')?.textContent ?? '')?.[1] ?? '',
        words: one.querySelector('.fate')?.textContent ?? '',
        command: one.querySelector('.copyable code')?.textContent ?? null,
      })),
    )

  test('every node: the page says what `check --live --drain` says', async () => {
    const page = await open()
    const nodes = ['pond-control-plane', 'pond-worker', 'pond-worker2', 'pond-worker3']
    expect(await page.locator('.drain-choices button').count()).toBe(nodes.length)
    const seen: string[] = []
    for (const node of nodes) {
      const { ports } = await inspectLive({ only: [], env, drain: node })
      await page
        .getByRole('button', { name: new RegExp(`^${node.slice('pond-'.length)}\\b(?!\\d)`) })
        .first()
        .click()
      await page.getByRole('region', { name: `What a drain of ${node.slice('pond-'.length)} would do` }).waitFor()
      const affected = ports.filter((port) => verdictText(port) !== 'keeps answering')
      expect((await shown(page)).toSorted(byPort)).toEqual(
        affected
          .map((port) => ({
            port: String(port.hostPort),
            words: verdictText(port),
            command: port.remedies[0]?.command ?? null,
          }))
          .toSorted(byPort),
      )
      seen.push(...ports.map(verdictText))
    }
    // The cluster has something of each to compare.
    expect(new Set(seen.map((text) => text.replace(/ \(about .*/, '')))).toEqual(
      new Set(['goes dark', 'keeps answering', 'dark until a new pod is ready']),
    )
  }, 120_000)

  test('a link leads to a node, its fix can be copied, and it fits a phone without a barrier', async () => {
    for (const width of [1280, 390]) {
      const page = await open('/what-if?drain=node:pond/pond-worker', width)
      await page.getByRole('heading', { level: 2, name: /^3 of 5 ports go dark/ }).waitFor()
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/what-if-${width}.png`, fullPage: true })
      expect(await overhang(page)).toBeLessThanOrEqual(0)
      expect(await barriersOf(page)).toEqual([])
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.locator('.drained .copyable').nth(1).getByRole('button', { name: 'Copy' }).click()
      const copied = await page.evaluate<string>('navigator.clipboard.readText()')
      expect(copied).toMatch(/^kubectl --context=kind-pond /)
    }
  }, 60_000)

  test('one pod: the page says what its eviction does, and the address holds it', async () => {
    const page = await open()
    const pod = live.collector.objects('pond')?.pods.find(({ name }) => name.startsWith('single-'))
    await page.getByLabel('or one pod is evicted').selectOption(`pod:pond/default/${pod?.name}`)
    await page.waitForURL(/drain=pod:pond\/default\/single-/)
    await page.getByText(drainText(SINGLE_GAP)).first().waitFor()
    expect(await shown(page)).toEqual([
      expect.objectContaining({
        port: String(cluster.hostPort(30081)),
        command: expect.stringContaining('rollout restart'),
      }),
    ])
  }, 60_000)
})

const SINGLE_GAP = {
  verdict: 'may_go_dark',
  darkProbability: 1,
  answersNow: true,
  darkUntil: 'ready',
  darkMs: null,
} as const

function byPort(a: Shown, b: Shown): number {
  return Number(a.port) - Number(b.port)
}
