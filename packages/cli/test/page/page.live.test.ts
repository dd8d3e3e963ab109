import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { overhang, barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'
import { shiftsOf, sumOf, watchShifts } from './layout-shifts.ts'
import { startStory, type Story } from './story.ts'

const executablePath = findChromium()
if (executablePath === null) console.warn('No Chromium is in PATH: the page is not tried in a browser.')

let browser: Browser
let story: Story
let context: BrowserContext

interface Look {
  width?: number
  colorScheme?: 'light' | 'dark'
  timezoneId?: string
  locale?: string
}

/** Where nothing has been opened yet. */
async function newPage(look: Look): Promise<Page> {
  const { width = 1280, colorScheme = 'light', timezoneId, locale = 'en-GB' } = look
  context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme,
    locale,
    ...(timezoneId !== undefined && { timezoneId }),
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('net::ERR_')) faults.push(message.text())
  })
  return page
}

async function open(path: string, look: Look = {}): Promise<Page> {
  const page = await newPage(look)
  await page.goto(`${story.url}${path}`)
  return page
}

/** Whether it comes within its time. */
function comes(what: Promise<unknown>): Promise<boolean> {
  return what.then(
    () => true,
    () => false,
  )
}

const faults: string[] = []

const inBrowser = executablePath === null ? describe.skip : describe

inBrowser('the page in a browser', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)

  beforeEach(async () => {
    story = await startStory()
  })

  afterEach(async () => {
    await story.stop()
    await context.close()
    expect(faults.splice(0)).toEqual([])
  })

  afterAll(async () => {
    await browser.close()
  })

  test('turns dark by itself, says why, and the fix is one click to copy', async () => {
    const page = await open('/?port=practice/host:30080')
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('.answer h1').waitFor()
    expect(await page.locator('.fix').count()).toBe(0)
    await story.goOn()
    await page.getByRole('heading', { name: '30080 default/web does not answer' }).waitFor()
    await page.locator('.story').getByText('externalTrafficPolicy Local').waitFor()
    await page.locator('.path .is-down').getByText('no endpoint on practice-worker').waitFor()
    await page.locator('.lines .is-broken').first().waitFor({ state: 'attached' })
    const command = page.locator('.copyable').first()
    const text = await command.locator('code').textContent()
    await command.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('The command was copied').first().waitFor({ state: 'attached' })
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(text)
    expect(text).toMatch(/^kubectl .*--context=kind-practice --namespace=default /)
  }, 60_000)

  test.each(['/', '/timeline', '/incidents'])(
    '%s does not jump while a port goes dark',
    async (path) => {
      const page = await newPage({})
      await watchShifts(page)
      await page.goto(`${story.url}${path}`)
      await page.locator('.answer h1, .lane-names li, .empty h1').first().waitFor()
      await story.goOn()
      await page.getByRole('status').getByText('1 of 2 ports is dark').waitFor()
      await page.locator('.fix, .lane-names .is-down, .incident-table tbody').first().waitFor({ state: 'attached' })
      const shifts = await shiftsOf(page)
      // What is good for people. Source: web.dev, "Cumulative Layout Shift".
      expect(sumOf(shifts) < 0.1 ? [] : shifts).toEqual([])
    },
    60_000,
  )

  test('shows times in UTC where that is asked for, and remembers it', async () => {
    await story.goOn()
    const page = await open('/?port=practice/host:30080', { timezoneId: 'Asia/Tokyo' })
    const since = page.locator('.story')
    const hourOf = async () => Number(/\((?:\d+ \w+, )?(\d\d):/.exec((await since.first().textContent()) ?? '')?.[1])
    await since.getByText('externalTrafficPolicy Local').waitFor()
    const local = await hourOf()
    await page.keyboard.press('u')
    await page.getByRole('button', { name: 'UTC', pressed: true }).waitFor()
    expect(await hourOf()).toBe((local + 15) % 24)
    await page.reload()
    await page.getByRole('button', { name: 'UTC', pressed: true }).waitFor()
  }, 60_000)

  test.each([
    ['en-US', /since 0?\d+:\d\d:\d\d [AP]M, \d+\.\d s$/],
    ['de-DE', /since \d\d:\d\d:\d\d, \d+,\d s$/],
  ])(
    'writes times and numbers as a browser in %s does',
    async (locale, written) => {
      const page = await open('/?port=practice/host:30080', { locale })
      await page.locator('.answer h1 small').waitFor()
      await story.goOn()
      await page.getByRole('heading', { name: '30080 default/web does not answer' }).waitFor()
      expect(await page.locator('.answer h1 small').textContent()).toMatch(written)
    },
    60_000,
  )

  test('leads by keyboard from the timeline to the incident', async () => {
    await story.goOn()
    const page = await open('/timeline?port=practice/host:30080')
    await page
      .locator('.lane-names')
      .getByText(/^dark \d/)
      .first()
      .waitFor()
    await page.locator('.stage').focus()
    // The key goes from one change to the next, dark or not.
    const dark = page.locator('.tip').getByText(/dark/).first()
    for (let opened = false; !opened; ) {
      await page.keyboard.press('n')
      if (!(await comes(dark.waitFor({ timeout: 3000 })))) continue
      await page.keyboard.press('Enter')
      opened = await comes(page.waitForURL(/\/incidents\/practice-30080-/, { timeout: 3000 }))
    }
    await page.getByRole('heading', { name: 'Evidence' }).waitFor()
    await page
      .getByRole('heading', { level: 1, name: /No pod on the mapped node|Gap while pods were replaced/ })
      .waitFor()
    await page.getByText(/^Placements: \d+$/).waitFor()
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await overhang(page)).toBeLessThanOrEqual(0)
      expect(await barriersOf(page)).toEqual([])
    }
  }, 60_000)

  test('shows single probes from close by, and tells what each vantage saw', async () => {
    await story.goOn()
    const page = await open('/timeline?port=practice/host:30081')
    await page.getByRole('button', { name: '1 min' }).click()
    const stage = await page.locator('.stage').boundingBox()
    const { x = 0, y = 0, width = 0 } = stage ?? {}
    const probe = page.locator('.tip').getByText(/^\d\d:\d\d:\d\d\.\d{3} host\/loopback4: .+, \d+ ms$/)
    // Somewhere in the last seconds there is a probe under the pointer.
    for (let shown = false, shift = 0; !shown; shift = (shift + 7) % 60) {
      await page.mouse.move(x + width - 80 - shift, y + 160)
      shown = await comes(probe.waitFor({ timeout: 200 }))
    }
  }, 60_000)

  test('is where a link says, and stays there', async () => {
    await story.goOn()
    const range = 'from=2026-01-01T10:00:00.000Z&to=2026-01-01T11:00:00.000Z'
    const page = await open(`/timeline?port=practice/host:30080&${range}`)
    await page.getByRole('button', { name: 'Go live' }).waitFor()
    await page.locator('.stage').focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(/from=2026-01-01T10%3A07|from=2026-01-01T10:07/)
    await page.keyboard.press('End')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.waitForURL((now) => !now.search.includes('from'))
  }, 60_000)

  test('takes a note that silences a port, and shows it', async () => {
    await story.goOn()
    const page = await open(`/?port=practice/host:30081#${story.key}`)
    await page.getByRole('button', { name: 'Notes' }).click()
    await page.getByLabel('Note', { exact: true }).fill('<img src=x onerror="document.title=1"> a new kernel')
    await page.getByLabel(/does not page/).check()
    await page.getByRole('button', { name: 'Add the note' }).click()
    await page.locator('.notes li').getByText('<img src=x').waitFor()
    await page.getByText(', silenced').first().waitFor()
    expect(await page.locator('.notes img').count()).toBe(0)
  }, 60_000)

  test('takes a note on an incident, which has silenced nothing', async () => {
    await story.goOn()
    const page = await open(`/?port=practice/host:30080#${story.key}`)
    await page.getByRole('link', { name: 'Whole incident' }).click()
    await page.getByLabel('Note', { exact: true }).fill('the node was drained')
    await page.getByRole('button', { name: 'Add the note' }).click()
    const note = page.locator('.notes li').filter({ hasText: 'the node was drained' })
    expect(await note.innerText()).not.toContain('silenced')
  }, 60_000)

  test.each([
    ['/', 'light'],
    ['/', 'dark'],
    ['/timeline', 'light'],
    ['/timeline', 'dark'],
    ['/incidents', 'light'],
    ['/incidents', 'dark'],
    ['/causes', 'light'],
    ['/causes/etp_local', 'dark'],
  ] as const)(
    '%s in %s has no barrier, and fits a phone',
    async (path, colorScheme) => {
      await story.goOn()
      for (const width of [1280, 390]) {
        const page = await open(path, { width, colorScheme })
        await page.locator('.answer h1, .lane-names li, .incidents tbody tr, .causes h1, .empty h1').first().waitFor()
        expect(await overhang(page)).toBeLessThanOrEqual(0)
        expect(await barriersOf(page)).toEqual([])
        if (width === 1280) await context.close()
      }
    },
    60_000,
  )

  test('says where an address leads nowhere, and the way back', async () => {
    const page = await open('/no/such/page')
    await page.getByRole('heading', { name: 'There is no page here' }).waitFor()
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('link', { name: 'The ports as they are now' }).click()
    await page.locator('.answer h1').waitFor()
    // The browser reports the status of the document.
    expect(faults.splice(0)).toEqual([expect.stringContaining('404')])
  }, 60_000)

  test('lists its keys, and they work', async () => {
    const page = await open('/')
    await page.locator('.answer h1').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('next and previous dark stretch').waitFor()
    expect(await barriersOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('3')
    await page.waitForURL(/\/incidents$/)
    await page.keyboard.press('1')
    await page.getByRole('button', { name: /^All \d/ }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('30081 3')
    expect(await page.getByRole('searchbox').inputValue()).toBe('30081 3')
  }, 60_000)

  test('notifies of a port that turns dark where that was asked for', async () => {
    const page = await open('/')
    await page.locator('.answer h1').waitFor()
    await page.evaluate(`{
      globalThis.said = []
      globalThis.Notification = class {
        static permission = 'granted'
        static requestPermission = async () => 'granted'
        constructor(text) { said.push(text) }
      }
    }`)
    await page.getByRole('button', { name: 'Notify me' }).click()
    await page.getByRole('button', { name: 'Notifying', pressed: true }).waitFor()
    await story.goOn()
    await page.getByRole('heading', { name: /does not answer/ }).waitFor()
    // A busy page may learn of two ports at once, and says both in one.
    const words = expect.stringMatching(/^30080 default\/web(, .*)?: dark \(no answer\)$/)
    expect(await page.evaluate('said')).toContainEqual(words)
  }, 60_000)

  test('a cause links to what it is and what helps', async () => {
    await story.goOn()
    const page = await open('/')
    await page
      .locator('.answer')
      .getByRole('link', { name: 'No pod on the mapped node (externalTrafficPolicy: Local)' })
      .first()
      .click()
    await page.waitForURL(/\/causes\/etp_local$/)
    await page.getByRole('heading', { name: 'How to fix it' }).waitFor()
    await page.getByRole('link', { name: 'All causes' }).click()
    expect(await page.locator('.causes dt').count()).toBeGreaterThan(40)
  }, 60_000)

  test('says when the collector is away, and goes on when it is back', async () => {
    const page = await open('/')
    await page.locator('.answer h1').waitFor()
    const { port } = new URL(story.url)
    await story.stop()
    await page.getByText('The collector has been away since').waitFor()
    await page.getByText('This is how it was at').waitFor()
    expect(await barriersOf(page)).toEqual([])
    story = await startStory(Number(port))
    await page.getByText('The collector has been away since').waitFor({ state: 'hidden' })
    await page.locator('.answer h1').waitFor()
  }, 60_000)
})
