import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Collector } from '@portolan/collector'
import { type Browser, chromium } from 'playwright-core'
import { overhang, barriersOf } from './barriers.ts'
import { findChromium } from './chromium.ts'
import { serveStore } from './serve-store.ts'

const executablePath = findChromium()
const inBrowser = executablePath === null ? describe.skip : describe

inBrowser('the page of a collector that can keep nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-fault-'))
  const state = join(folder, 'state')
  let browser: Browser
  let collector: Collector
  let url = ''

  beforeAll(async () => {
    mkdirSync(state)
    const served = await serveStore(join(state, 'portolan.db'))
    collector = served.collector
    url = served.url
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await collector?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('says so and why, and is quiet again once it can', async () => {
    const page = await browser.newPage()
    await page.goto(url)
    await page.getByRole('status').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    rmSync(state, { recursive: true })
    writeFileSync(state, 'in its place')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/^Nothing is kept at the moment: The store .* no other can be opened/)
    expect(await overhang(page)).toBe(0)
    expect(await barriersOf(page)).toEqual([])
    rmSync(state)
    await alert.waitFor({ state: 'detached' })
  })
})
