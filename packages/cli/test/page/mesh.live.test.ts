import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type AgentsCluster, startAgentsCluster } from './agents-cluster.ts'
import { overhang, barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe
const FEW = ['dev-control-plane', 'dev-worker', 'dev-worker2', 'dev-worker3']
const MANY = [
  'dev-control-plane',
  ...Array.from({ length: 39 }, (_, index) => `dev-worker${index === 0 ? '' : index + 1}`),
]
/** Where to leave pictures of what is tested, for people to look at. */
const PICTURES = process.env['PORTOLAN_PICTURES']

inBrowser('the mesh in a browser', () => {
  let browser: Browser
  let few: AgentsCluster
  let many: AgentsCluster
  let none: AgentsCluster

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    few = await startAgentsCluster({
      nodes: FEW,
      silent: ['dev-worker3'],
      see({ id, target }) {
        if (target === 'peer:dev-worker3') return { symptom: 'silent', echo: { lost: 8 } }
        if (target.startsWith('pod:') && id.endsWith('@node/dev-worker')) return { symptom: 'connect_timeout' }
        return id === 'peer:dev-worker2@node/dev-control-plane' ? { echo: { lost: 3 } } : undefined
      },
    })
    many = await startAgentsCluster({
      nodes: MANY,
      see: ({ target }) => (target === 'peer:dev-worker7' ? { symptom: 'silent' } : undefined),
    })
    none = await startAgentsCluster({ nodes: [] })
  }, 60_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(faults.splice(0)).toEqual([])
  })

  afterAll(async () => {
    await browser.close()
    for (const one of [few, many, none]) await one.stop()
  })

  const faults: string[] = []

  async function open(url: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(url)
    return page
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  }

  test('tells by rows and columns who reaches whom, and which agents are not heard', async () => {
    const page = await open(`${few.url}/mesh`)
    await page.getByRole('button', { name: /^dev-worker to dev-worker3: no datagram comes back/ }).waitFor()
    const table = page.getByRole('table')
    await table.getByText('no report for').waitFor()
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'control-plane',
      'worker',
      'worker2',
      'worker3',
    ])
    expect(await table.getByRole('rowheader').allTextContents()).toEqual([
      'control-plane',
      'worker',
      'worker2',
      expect.stringMatching(/^worker3no report for /),
    ])
    await page
      .getByRole('button', { name: /^dev-control-plane to dev-worker2: .* there and back, 3 of 8 lost/ })
      .waitFor()
    await page
      .getByRole('heading', { name: /3 of 9 paths between nodes are broken; 1 of 4 agents does not report/ })
      .waitFor()
  }, 60_000)

  test('goes by the keyboard from cell to cell, and tells each in words', async () => {
    const page = await open(`${few.url}/mesh`)
    const first = page.getByRole('button', { name: /^dev-control-plane to dev-worker:/ })
    await first.waitFor()
    await first.focus()
    await page.keyboard.press('End')
    await page.locator('.mesh-told').getByText('dev-control-plane → dev-worker3').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.locator('.mesh-told').getByText('dev-worker → dev-worker3').waitFor()
    expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1)
    await page.getByRole('button', { name: /^dev-worker2 to dev-worker:/ }).hover()
    await page.locator('.mesh-told').getByText('dev-worker2 → dev-worker').waitFor()
  }, 60_000)

  test('says how to get it where there are no agents', async () => {
    const page = await open(`${none.url}/mesh`)
    await page.getByText('portolan install').waitFor()
  }, 60_000)

  test('a port tells what agents saw apart from what the host sees', async () => {
    const page = await open(`${few.url}/?port=dev/host:30080`)
    await page.getByRole('button', { name: 'Vantage points' }).click()
    const inside = page.locator('.inside')
    await inside.getByText('pod web/web-1:8080').waitFor()
    await inside.getByText('no answer to the connection request, from worker', { exact: true }).waitFor()
    expect(await page.locator('.vantages').getByText('node/').count()).toBe(0)
    await picture(page, 'port-with-agents')
  }, 60_000)

  test.each([
    ['4 nodes', 'light', 1280],
    ['4 nodes', 'dark', 390],
    ['40 nodes', 'light', 390],
    ['40 nodes', 'dark', 1280],
  ] as const)(
    '%s in %s have no serious barrier, and fit %d pixels',
    async (size, colorScheme, width) => {
      const page = await open(`${(size === '4 nodes' ? few : many).url}/mesh`, width, colorScheme)
      if (size === '4 nodes') await page.getByText('no report for').waitFor()
      await page.locator('.cell.is-down').first().waitFor()
      await page.locator('.cell').first().focus()
      await picture(page, `mesh-${size.replace(' ', '-')}-${colorScheme}-${width}`)
      expect(await overhang(page)).toBeLessThanOrEqual(0)
      expect(await barriersOf(page)).toEqual([])
    },
    60_000,
  )
})
