import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { overhang, barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'
import { type Fleet, startFleet } from './fleet.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe
/** Where to leave pictures of what is tested, for people to look at. */
const PICTURES = process.env['PORTOLAN_PICTURES']

inBrowser('nine ports that answer', () => {
  let browser: Browser
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startFleet({ ports: 9, local: 2, dark: 0 })
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    await fleet.stop()
  })

  test('say so at one glance, with what was checked, since when, and what is at risk', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
    await page.goto(fleet.url)
    await page.getByRole('heading', { level: 1, name: 'All 9 ports answer' }).waitFor()
    await page.getByText(/^[\d,]+ answers since \d\d:\d\d:\d\d \(.*\), from 2 vantage points of this machine/).waitFor()
    await page.getByText('At risk:', { exact: true }).waitFor()
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/all-well.png` })
    await page.locator('.answer').getByRole('link', { name: '30001' }).click()
    await page.getByRole('heading', { level: 1, name: '30001 pay/app-1 answers' }).waitFor()
    await page.getByText(/^At risk: \d+ %$/).waitFor()
    await page.getByText('To prevent it').waitFor()
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to all ports' }).click()
    await page.getByRole('heading', { level: 1, name: 'All 9 ports answer' }).waitFor()
  })
})

inBrowser('two clusters with long names', () => {
  const clusters = ['portolan-test-2841-with-a-long-name', 'portolan-test-2842-with-a-long-name']
  let browser: Browser
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startFleet({ ports: 2, local: 1, dark: 1, clusters })
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    await fleet.stop()
  })

  test.each([1280, 390])('show the whole number of each port at %i px', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, locale: 'en-GB' })
    await page.goto(fleet.url)
    await page.locator('.port-table tbody tr').nth(3).waitFor()
    const numbers = page.locator('.port-table th b')
    expect((await numbers.allInnerTexts()).toSorted()).toEqual(['30000', '30001', '30002', '30003'])
    for (const cell of await page.locator('.port-table tbody th').all()) {
      const [around, box] = [await cell.boundingBox(), await cell.locator('b').boundingBox()]
      expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual((around?.x ?? 0) + (around?.width ?? 0))
      expect(box?.width).toBeGreaterThan(30)
    }
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/two-clusters-${width}.png` })
  })

  test('name the cluster in the headline, the incidents and the lanes', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
    await page.goto(fleet.url)
    const named = new RegExp(`^(${clusters.join('|')})/3000[02] \\w+/app-\\d does not answer`)
    await page.getByRole('heading', { level: 1, name: named }).waitFor()
    const latest = await page.locator('.latest li b').allInnerTexts()
    expect(latest.toSorted()).toEqual([`${clusters[0]}/30000`, `${clusters[1]}/30002`])
    await page.goto(`${fleet.url}/incidents`)
    await page.locator('.incident-table th b').getByText(`${clusters[1]}/30002`).waitFor()
    await page.goto(`${fleet.url}/timeline`)
    await page.locator('.lane-names small').getByText(`${clusters[1]}: dark 1×`).waitFor()
    await page.locator('.stage').hover({ position: { x: 700, y: 120 } })
    await page
      .locator('.tip p')
      .first()
      .getByText(new RegExp(`^(${clusters.join('|')})/3000\\d at `))
      .waitFor()
  })
})

inBrowser('twelve of two hundred ports are dark', () => {
  let browser: Browser
  let fleet: Fleet
  const faults: string[] = []

  beforeAll(async () => {
    fleet = await startFleet({ ports: 200, local: 24, dark: 12 })
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 120_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(faults.splice(0)).toEqual([])
  })

  afterAll(async () => {
    await browser.close()
    await fleet.stop()
  })

  async function open(path: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      locale: 'en-GB',
      acceptDownloads: true,
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${fleet.url}${path}`)
    return page
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png` })
  }

  const lines = (page: Page) => page.locator('.port-table tbody tr')

  /** By how much it is below the window that a page is opened in. */
  async function below(what: Locator): Promise<number> {
    const box = await what.boundingBox()
    return (box?.y ?? Infinity) + (box?.height ?? 0) - 800
  }

  test.each([
    [1280, 'light'],
    [1920, 'light'],
    [390, 'light'],
    [1280, 'dark'],
    [390, 'dark'],
  ] as const)('the worst of them is explained without a step, %d pixels wide in %s', async (width, scheme) => {
    const page = await open('/', width, scheme)
    const answer = page.locator('.answer')
    await answer.locator('.path').waitFor()
    await lines(page).first().locator('.bar path').first().waitFor()
    await picture(page, `fleet-${width}-${scheme}`)
    expect(await answer.getByRole('heading', { level: 1 }).textContent()).toMatch(/does not answer/)
    await answer.getByText('12 of 200 are dark, all for this cause').waitFor()
    expect(await answer.locator('.story').textContent()).toMatch(
      /moved from dev-worker to dev-worker2 .*externalTrafficPolicy/,
    )
    for (const seen of [answer.locator('.story'), answer.locator('.fix .copyable').first()]) {
      expect(await below(seen)).toBeLessThanOrEqual(0)
    }
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    expect(await barriersOf(page)).toEqual([])
  })

  test('every port is a line, the dark ones first, with its last minutes, its share and its latency', async () => {
    const page = await open('/')
    await lines(page).first().locator('.bar path.is-down').waitFor({ state: 'attached' })
    expect(await lines(page).count()).toBe(200)
    const states = await lines(page).evaluateAll((all) => all.map((one) => one.className.split(' ')[0]))
    expect(states.slice(0, 12).every((state) => state === 'is-down')).toBe(true)
    expect(states.slice(12).some((state) => state === 'is-down')).toBe(false)
    const first = await lines(page).first().locator('td').allTextContents()
    expect(first.slice(3, 5)).toEqual([expect.stringMatching(/^\d\d\.\d %$/), expect.stringMatching(/^\d\.\d ms$/)])
    await lines(page)
      .nth(12)
      .getByText(/^at risk: \d+ %$/)
      .waitFor()
    await lines(page)
      .first()
      .locator('.bar')
      .hover({ position: { x: 60, y: 5 } })
    await page
      .locator('.bar-tip')
      .getByText(/^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d: /)
      .waitFor()
  })

  test('is narrowed as one types, by state and by namespace', async () => {
    const page = await open('/')
    await lines(page).first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('app-7 ')
    await page.getByText(/^11 of 200/).waitFor()
    await page.getByRole('searchbox').press('Escape')
    await page.getByRole('button', { name: 'Not well 12' }).click()
    await page.getByText(/^12 of 200; /).waitFor()
    await page.getByLabel('All namespaces').selectOption('pay')
    await page.getByText(/^3 of 200/).waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText(/^200; /).waitFor()
  })

  test('a line leads to its port, and back to what is wrong', async () => {
    const page = await open('/')
    await page.getByRole('searchbox').fill('30150')
    await page.getByRole('link', { name: '30150' }).click()
    await page.getByRole('heading', { name: /^30150 .* answers/ }).waitFor()
    expect(page.url()).toMatch(/\?port=dev\/host:30150$/)
    await page.getByRole('button', { name: 'Back to what is wrong: 12' }).click()
    await page.getByRole('heading', { name: /does not answer/ }).waitFor()
  })

  test('incidents of one port and cause are one line, and leave as Markdown', async () => {
    const page = await open('/incidents')
    const context = page.context()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByText('12 incidents').waitFor()
    await picture(page, 'fleet-incidents')
    await page.getByRole('checkbox', { name: /^Select 30003/ }).check()
    await page.getByText('1 selected').waitFor()
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.getByText('The report was copied').waitFor({ state: 'attached' })
    const text = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(text).toMatch(/^# 30003 data\/app-3 has been dark for .*No pod on the mapped node/)
    expect(text).toContain('```sh\nkubectl ')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save report' }).click()
    expect((await saved).suggestedFilename()).toMatch(/^portolan-.*\.md$/)
  })

  test('the timeline shows what is searched for, and only what was dark', async () => {
    const page = await open('/timeline')
    const names = page.locator('.lane-names li')
    await names.first().waitFor()
    await page.getByRole('button', { name: 'Only what was dark' }).click()
    await names.nth(12).waitFor({ state: 'detached' })
    await names
      .nth(11)
      .getByText(/^dark 1×/)
      .waitFor()
    await picture(page, 'fleet-timeline')
    await page.getByRole('searchbox').fill('30003')
    await names.nth(1).waitFor({ state: 'detached' })
    await names.getByText('app-3').waitFor()
  })

  /** Where the edges of the brush are, as shares of its strip. */
  const edges = (page: Page) =>
    page.getByRole('slider').evaluateAll((all) => all.map((one) => Number(one.getAttribute('aria-valuenow')) / 1000))

  /** Done when both edges of the brush are there: a busy page draws them a moment after the pointer has moved. */
  async function edgesCome(page: Page, from: number, to: number): Promise<void> {
    const isNear = (at: number | undefined, share: number) => Math.abs((at ?? 0) - share) < 0.05
    let at = await edges(page)
    while (!isNear(at[0], from) || !isNear(at[1], to)) at = await edges(page)
  }

  /** From one share of the strip to another. */
  async function path(page: Page, from: number, to: number) {
    const { x = 0, y = 0, width = 0, height = 0 } = (await page.locator('.brush-strip').boundingBox()) ?? {}
    return [from, to].map((share) => ({ x: x + width * share, y: y + height / 2 }))
  }

  async function byMouse(page: Page, from: number, to: number): Promise<void> {
    const [start, end] = await path(page, from, to)
    await page.mouse.move(start?.x ?? 0, start?.y ?? 0)
    await page.mouse.down()
    await page.mouse.move(end?.x ?? 0, end?.y ?? 0, { steps: 5 })
    await page.mouse.up()
  }

  async function byTouch(page: Page, from: number, to: number): Promise<void> {
    const [start, end] = await path(page, from, to)
    const devtools = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [at] })
    await touch('touchStart', start)
    await touch('touchMove', end)
    await touch('touchMove', end)
    await touch('touchEnd')
  }

  test.each([
    ['the mouse', 1280, byMouse],
    ['a finger', 390, byTouch],
  ])('the brush is drawn, moved and widened with %s', async (_, width, drag) => {
    const page = await open('/timeline', width)
    await page.getByRole('slider').first().waitFor()
    await page.locator('.lane-names li').first().waitFor()
    const [start = 0, end = 0] = await edges(page)
    await drag(page, end, 0.6)
    await page.getByRole('button', { name: 'Go live' }).waitFor()
    await page.waitForURL(/from=.*&to=/)
    await edgesCome(page, start, 0.6)
    await drag(page, 0.75, 0.9)
    await edgesCome(page, 0.75, 0.9)
    await drag(page, 0.82, 0.4)
    await edgesCome(page, 0.33, 0.48)
    expect(await barriersOf(page)).toEqual([])
  })

  test('the brush is moved by keys, and the link holds what it shows', async () => {
    const page = await open('/timeline')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('slider').first().waitFor()
    await page.locator('.lane-names li').first().waitFor()
    await page.getByRole('slider', { name: 'End of what is shown' }).focus()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.getByRole('button', { name: 'Go live' }).waitFor()
    await page.getByRole('slider', { name: 'Start of what is shown' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(/from=.*&to=/)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('The link to this port and time was copied').waitFor({ state: 'attached' })
    const link = new URL(await page.evaluate<string>('navigator.clipboard.readText()'))
    const [here, there] = [new URL(page.url()).searchParams, link.searchParams]
    expect(there.get('from')).toBe(here.get('from'))
    expect(there.get('to')).toBe(here.get('to'))
  })
})
