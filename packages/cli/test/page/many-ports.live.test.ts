import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import type { Change, Epoch, Incident } from '@portolan/core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'
import { serveStore } from './serve-store.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe
const PORTS = Array.from({ length: 60 }, (_, index) => `host:${30_000 + index}`)
const HOUR = 3_600_000
const END = Math.floor(Date.now() / HOUR) * HOUR
const RANGE = `from=${new Date(END - HOUR).toISOString()}&to=${new Date(END).toISOString()}`

function epoch(target: string): Epoch {
  const placed = { mappedNode: 'dev-worker', podNodes: ['dev-worker'], expectedUp: true, answered: 1, failed: 0 }
  return { id: target, cluster: 'dev', target, startedAt: END - 3 * HOUR, endedAt: END, ...placed }
}

/** Half an hour before the end, for twenty minutes. */
function outage(target: string): Incident {
  const [darkSince, darkUntil] = [END - HOUR / 2, END - HOUR / 6]
  const told = { candidates: [], summary: '', evidence: [], remedies: [], node: null, planned: false, symptoms: {} }
  const times = { changedAt: darkSince, openedAt: darkSince, closedAt: darkUntil, darkSince, darkUntil }
  return { id: `i-${target}`, cluster: 'dev', target, cause: 'unproven', confidence: 'unproven', ...told, ...times }
}

function turns({ target, darkSince, darkUntil, closedAt }: Incident): Change[] {
  const change = { type: 'target.state', cluster: 'dev', target, vantages: {} } as const
  return [
    { ...change, at: darkSince, state: 'down', previous: 'up', symptom: 'silent' },
    { ...change, at: darkUntil ?? closedAt ?? END, state: 'up', previous: 'down', symptom: 'ok' },
  ]
}

/** How many pixels of the lanes are of the colour of what is dark, and where the first of them is from the left. */
const DARK_PIXELS = `(() => {
  const canvas = document.querySelector('.stage canvas')
  const { width, height } = canvas
  const probe = document.createElement('canvas').getContext('2d')
  probe.fillStyle = getComputedStyle(document.querySelector('.stage')).getPropertyValue('--down')
  probe.fillRect(0, 0, 1, 1)
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  let [count, left] = [0, width]
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== r || data[at + 1] !== g || data[at + 2] !== b) continue
    count += 1
    left = Math.min(left, (at / 4) % width)
  }
  return { count, left }
})()`

interface Dark {
  count: number
  left: number
}

inBrowser('the timeline of many ports in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-page-'))
  let browser: Browser
  let served: Awaited<ReturnType<typeof serveStore>>
  const asked: URL[] = []

  beforeAll(async () => {
    const store = await openStore(join(folder, 'store.db'))
    const incidents = ['host:30002', 'host:30059'].map(outage)
    await store.write({ epochs: PORTS.map(epoch), incidents, changes: incidents.flatMap(turns) })
    store.close()
    served = await serveStore(join(folder, 'store.db'))
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    asked.length = 0
  })

  afterAll(async () => {
    await browser.close()
    await served.collector.stop()
    rmSync(folder, { recursive: true })
  })

  async function open(more = ''): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.pathname === '/api/v1/lanes') asked.push(url)
    })
    await page.goto(`${served.url}/timeline?${RANGE}${more}`)
    return page
  }

  const name = (page: Page, port: string) => page.locator('.lane-names li', { hasText: port })

  test('asks for what is in sight, and for the rest when somebody scrolls there', async () => {
    const page = await open()
    await name(page, '30002')
      .getByText(/dark 1×/)
      .waitFor()
    expect(await page.locator('.lane-names li').count()).toBe(PORTS.length)
    expect(await name(page, '30059').locator('small').textContent()).toBe('')
    await page.locator('.stage').evaluate((stage) => stage.scrollTo(0, stage.scrollHeight))
    await name(page, '30059')
      .getByText(/dark 1×/)
      .waitFor()
    expect(asked.length).toBeGreaterThan(1)
    for (const url of asked) expect(url.searchParams.get('limit')).toMatch(/^[1-5]?\d$/)
  }, 60_000)

  test('a link to a port far down leads there', async () => {
    const page = await open('&port=dev/host:30059')
    await name(page, '30059')
      .getByText(/dark 1×/)
      .waitFor()
    expect(await name(page, '30059').getAttribute('class')).toBe('is-picked')
  }, 60_000)

  test('shows the same while it is panned as when it rests', async () => {
    const page = await open()
    await name(page, '30002')
      .getByText(/dark 1×/)
      .waitFor()
    const whole = await page.evaluate<Dark>(DARK_PIXELS)
    expect(whole.count).toBeGreaterThan(1000)
    // A port that was dark in the middle of the hour stays in sight, moved by a hundred pixels.
    const moved = await page.evaluate<Dark>(`new Promise((resolve) => {
      const wheel = new WheelEvent('wheel', { deltaX: -100, bubbles: true, cancelable: true })
      document.querySelector('.stage').dispatchEvent(wheel)
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(${DARK_PIXELS})))
    })`)
    await page.waitForURL((url) => url.searchParams.get('from') !== new Date(END - HOUR).toISOString())
    const rested = await page.evaluate<Dark>(DARK_PIXELS)
    for (const { count, left } of [moved, rested]) {
      expect(count).toBeGreaterThan(whole.count * 0.9)
      expect(count).toBeLessThan(whole.count * 1.1)
      expect(Math.abs(whole.left + 100 - left)).toBeLessThan(2)
    }
  }, 60_000)
})
