import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { TOKEN_HEADER } from '@portolan/core'
import { whyNoPostgres } from '@portolan/postgres'
import { type Browser, chromium, type Page } from 'playwright-core'
import { barriersOf, overhang } from './barriers.ts'
import { findChromium } from './chromium.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { type HubOfFleets, KEY, startHubOfFleets } from './hub-of-fleets.ts'

const executablePath = findChromium()
const isPossible = executablePath !== null && whyNoPostgres() === null
const withHub = isPossible ? describe : describe.skip
/** Where to leave pictures of what is tested, for people to look at. */
const PICTURES = process.env['PORTOLAN_PICTURES']

withHub('a hub of four clusters, two of which are dark and one is not heard', () => {
  let browser: Browser
  let hub: HubOfFleets
  let fleets: Fleet[] = []
  const faults: string[] = []

  beforeAll(async () => {
    hub = await startHubOfFleets({
      'team-a': { team: 'a', provider: 'kind' },
      'team-b': { team: 'b', provider: 'k3d' },
      'laptop-33': { team: 'b', provider: 'kind' },
    })
    const { url, token } = hub.linkOf('laptop-33')
    await fetch(new URL('api/v1/assignment?cluster=kind&source=collector%2Fx', url), {
      headers: { [TOKEN_HEADER]: token() },
    })
    const { clock } = hub
    fleets = [
      await startFleet({ ports: 9, local: 2, dark: 1, clusters: ['dev-1', 'dev-2'], clock, hub: hub.linkOf('team-a') }),
    ]
    const [beside] = fleets
    const more = { clock, hub: hub.linkOf('team-b'), ...(beside !== undefined && { beside }) }
    fleets.push(await startFleet({ ports: 4, local: 1, dark: 0, clusters: ['ci-17'], ...more }))
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 120_000)

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(faults.splice(0)).toEqual([])
  })

  afterAll(async () => {
    await browser.close()
    for (const fleet of fleets) await fleet.stop()
    await hub.stop()
  })

  /** At the replica that hears no collector. */
  async function open(path: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${hub.pages[1]}${path}`)
    return page
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/hub-${name}.png` })
  }

  const lines = (page: Page) => page.locator('.fleet-table tbody tr')
  const names = (page: Page) => lines(page).locator('th b').allInnerTexts()

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('shows them with trouble first, %d pixels wide in %s', async (width, scheme) => {
    const page = await open('/', width, scheme)
    await page.getByRole('heading', { level: 1, name: 'Fleet: 4 clusters' }).waitFor()
    await lines(page).first().locator('.bar path.is-down').first().waitFor({ state: 'attached' })
    await picture(page, `fleet-${width}-${scheme}`)
    expect(await names(page)).toEqual(['team-a/dev-1', 'team-a/dev-2', 'laptop-33/kind', 'team-b/ci-17'])
    const dark = await lines(page).first().innerText()
    expect(dark).toContain('8 of 9')
    expect(dark).toMatch(/30000 dark for \d+ min.*No pod on the mapped node/)
    expect(await lines(page).nth(2).innerText()).toMatch(/no report for/)
    expect(await lines(page).nth(3).innerText()).toMatch(/1 port at risk/)
    await page.getByText('2 of 4 clusters have a dark port').waitFor()
    await page.getByLabel('Same cause in several clusters').getByText('2 clusters').waitFor()
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    expect(await barriersOf(page)).toEqual([])
  })

  test('is narrowed by words, labels and states, and the address says so', async () => {
    const page = await open('/fleet')
    await lines(page).nth(3).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('dev-2')
    await lines(page).nth(1).waitFor({ state: 'detached' })
    expect(await names(page)).toEqual(['team-a/dev-2'])
    await page.getByText('2 of 4 clusters have a dark port').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await lines(page).nth(3).waitFor()
    await page.getByLabel('Label team').selectOption('b')
    await lines(page).nth(2).waitFor({ state: 'detached' })
    expect(await names(page)).toEqual(['laptop-33/kind', 'team-b/ci-17'])
    await page.getByRole('button', { name: 'Quiet 1' }).click()
    expect(await names(page)).toEqual(['laptop-33/kind'])
    const again = await open(new URL(page.url()).pathname + new URL(page.url()).search)
    await lines(again).first().waitFor()
    expect(await names(again)).toEqual(['laptop-33/kind'])
  })

  test('leads into a cluster, which has the views of one, and back', async () => {
    const page = await open('/')
    await page.getByRole('link', { name: 'team-a/dev-1' }).first().click()
    await page.getByRole('heading', { level: 1, name: /^30000 .*does not answer/ }).waitFor()
    await page.locator('.answer .path').waitFor()
    await page.locator('.port-table tbody tr .bar path').first().waitFor({ state: 'attached' })
    expect(await page.locator('.port-table tbody tr').count()).toBe(9)
    await picture(page, 'cluster-now')
    expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allInnerTexts()).toEqual([
      'Now',
      'Timeline',
      'Incidents',
    ])
    await page.getByRole('link', { name: 'Incidents', exact: true }).click()
    await page.locator('.incident-table tbody').first().waitFor()
    expect(await page.locator('.incident-table tbody').count()).toBe(1)
    await page.locator('.incident-table').getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: /No pod on the mapped node/ }).waitFor()
    await picture(page, 'cluster-incident')
    await page.getByRole('link', { name: 'Timeline', exact: true }).click()
    await page.locator('.lane-names li').nth(8).waitFor()
    await page.getByText('Single probes stay with the collector of the cluster').waitFor()
    await picture(page, 'cluster-timeline')
    expect(await page.locator('.lane-names li').count()).toBe(9)
    expect(page.url()).toContain('/clusters/team-a/dev-1/timeline')
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('link', { name: 'Fleet', exact: true }).click()
    await lines(page).nth(3).waitFor()
  })

  test('says of a cluster that is not heard since when, and what no hub has', async () => {
    const page = await open('/clusters/laptop-33/kind')
    await page.getByText(/the hub has not heard the collector of this cluster for/).waitFor()
    await page.goto(`${hub.pages[1]}/clusters/team-a/dev-1/what-if`)
    await page.getByRole('heading', { name: 'The hub does not have this' }).waitFor()
    await page.goto(`${hub.pages[1]}/clusters/team-a/never`)
    await page.getByRole('heading', { name: 'This hub knows no such cluster' }).waitFor()
  })

  test('groups the incidents of all clusters by their cause', async () => {
    const page = await open('/fleet/incidents')
    const cause = page.getByRole('button', { name: 'No pod on the mapped node' })
    await cause.waitFor()
    const row = page.locator('.causes-table tbody').filter({ has: cause })
    expect(await row.locator('td').allInnerTexts()).toEqual(
      expect.arrayContaining(['2', '2, 2 open', expect.stringMatching(/^\d+ min/)]),
    )
    await cause.click()
    await picture(page, 'incidents-1280-light')
    expect(await barriersOf(page)).toEqual([])
    await row.getByRole('link', { name: 'team-a/dev-2' }).waitFor()
    await row.locator('.is-one').last().getByRole('link').last().click()
    await page.getByRole('heading', { level: 1, name: /No pod on the mapped node/ }).waitFor()
    const narrow = await open('/fleet/incidents', 390, 'dark')
    await narrow.locator('.causes-table tbody').first().waitFor()
    await picture(narrow, 'incidents-390-dark')
    expect(await overhang(narrow)).toBeLessThanOrEqual(0)
  })

  test('shows at once what comes in at another replica', async () => {
    const page = await open('/')
    await lines(page).nth(3).waitFor()
    expect((await names(page)).at(-1)).toBe('team-b/ci-17')
    await fleets[1]?.goOn(60_000)
    await page.getByText('3 of 4 clusters have a dark port').waitFor()
    await lines(page).filter({ hasText: 'team-b/ci-17' }).getByText('3 of 4').waitFor()
  })
})

withHub('a hub that asks for its key', () => {
  let browser: Browser
  let hub: HubOfFleets

  beforeAll(async () => {
    hub = await startHubOfFleets({ 'team-a': {} }, true)
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    await hub.stop()
  })

  test('shows nothing before, and its fleet after, at every replica', async () => {
    const page = await browser.newPage()
    await page.goto(`${hub.pages[0]}/fleet`)
    await page.getByLabel('Key').fill(KEY)
    await page.getByRole('button', { name: 'Open the page' }).click()
    await page.getByRole('heading', { name: 'No cluster reports to this hub yet' }).waitFor()
    await page.goto(`${hub.pages[1]}/fleet#key=${KEY}`)
    await page.getByRole('heading', { name: 'No cluster reports to this hub yet' }).waitFor()
  })
})
