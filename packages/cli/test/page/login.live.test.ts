import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Collector, createCollector } from '@portolan/collector'
import { createLogger } from '@portolan/runtime'
import { createFakeClock, type FakeClock } from '@portolan/testing'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'

const KEY = 'a-key-of-the-tests'
const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe

inBrowser('a private page in a browser', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let clock: FakeClock
  let collector: Collector
  let url: string

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)
  afterAll(() => browser.close())

  beforeEach(async () => {
    clock = createFakeClock()
    collector = createCollector({
      store: ':memory:',
      listen: { host: '127.0.0.1', port: 0 },
      access: {
        keys: [KEY],
        isPrivate: true,
        tokens: {
          hint: 'kubectl create token',
          review: async (token) =>
            token === 'viewer' ? { writes: false, until: clock.now() + 3_600_000, who: 'viewer' } : null,
        },
      },
      clock,
      log: createLogger({ level: 'silent' }),
      onAssign() {},
      onBurst() {},
      onChange() {},
    })
    await collector.start()
    url = collector.address?.url ?? ''
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    await context.close()
    await collector.stop()
  })

  const asks = () => page.getByRole('heading', { name: 'Portolan asks for its key' }).waitFor()
  const isIn = () => page.getByRole('navigation', { name: 'Views' }).waitFor()
  async function give(key: string): Promise<void> {
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Open the page' }).click()
  }

  test('asks for the key, says no to another one, and opens where the user wanted to go', async () => {
    await page.goto(`${url}/incidents`)
    await asks()
    expect(await barriersOf(page)).toEqual([])
    await give('another')
    await page.getByRole('alert').getByText('access denied: kubectl create token').waitFor()
    await give(KEY)
    await isIn()
    expect(new URL(page.url()).pathname).toBe('/incidents')
  }, 60_000)

  test('opens by the address that was printed, of which nothing stays, and by the session after that', async () => {
    await page.goto(`${url}/?port=practice/host:1#key=${KEY}`)
    await isIn()
    expect(page.url()).toBe(`${url}/?port=practice/host:1`)
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.goto(`${url}/timeline`)
    await isIn()
  }, 60_000)

  test('opens in a second tab for as long as the first one is open', async () => {
    await page.goto(`${url}/#key=${KEY}`)
    await isIn()
    const second = await context.newPage()
    await second.goto(url)
    await second.getByRole('navigation', { name: 'Views' }).waitFor()
    await page.close()
    await second.close()
    page = await context.newPage()
    await page.goto(url)
    await asks()
  }, 60_000)

  test('sends its session to no other port of this machine, and shows it to none', async () => {
    const heard: string[] = []
    const other = createServer((request, response) => {
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
      response.setHeader('content-type', 'text/html').end(`<script>
        const seen = document.cookie + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)
        fetch('/seen', { method: 'POST', headers: { seen } })
      </script>`)
    })
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
      await page.goto(`${url}/#key=${KEY}`)
      await isIn()
      const session = await page.evaluate(`sessionStorage.getItem('portolan-session')`)
      expect(session).toMatch(/^\d+\.rw\./)
      const seen = page.waitForResponse(`${at}seen`)
      await page.goto(at)
      await seen
      const beside = await context.newPage()
      const seenBeside = beside.waitForResponse(`${at}seen`)
      await beside.goto(at)
      await seenBeside
      expect(heard.length).toBeGreaterThanOrEqual(4)
      const told = heard.join('\n')
      for (const secret of [String(session), KEY, 'portolan']) expect(told).not.toContain(secret)
      expect(told).not.toMatch(/"cookie"|"authorization"/)
      await page.goBack()
      await isIn()
    } finally {
      other.closeAllConnections()
      other.close()
    }
  }, 60_000)

  test('asks again when the session has ended', async () => {
    await page.goto(`${url}/#key=${KEY}`)
    await isIn()
    clock.advance(12 * 60 * 60_000)
    await asks()
  }, 60_000)

  test('is for reading alone to who may read alone', async () => {
    await page.goto(`${url}/#key=viewer`)
    await isIn()
    const said = await page.evaluate(`fetch('/api/v1/notes', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer ' + sessionStorage.getItem('portolan-session'),
      },
      body: JSON.stringify({ text: 'hello' }),
    }).then(async (answer) => [answer.status, (await answer.json()).detail])`)
    expect(said).toEqual([403, 'viewer may not write notes: kubectl create token'])
  }, 60_000)
})
