import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type CDPSession, chromium, type Page } from 'playwright-core'
import { findChromium } from '../packages/cli/test/page/chromium.ts'
import { startFleet } from '../packages/cli/test/page/fleet.ts'
import { shiftsOf, sumOf, watchShifts } from '../packages/cli/test/page/layout-shifts.ts'

/** The page while things happen: how much of it jumps in five minutes of the demo, and what an hour of updates leaves in memory. */
const STORY_MS = 5 * 60_000
const VIEWS = ['/', '/timeline', '/incidents', '/what-if']
/** What is good. Source: web.dev, "Cumulative Layout Shift". */
const SHIFT_GOAL = 0.1
const UPDATES_MS = 3_600_000
const PARTS = 6
/** The tab after an hour, of what it was after the first ten minutes. */
const HEAP_GOAL = 1.25

const executablePath = findChromium()
if (executablePath === null) {
  console.log('no Chromium is in PATH')
  process.exit()
}
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const verdict = (reached: boolean) => (reached ? 'reached' : 'missed')

async function openAll(url: string, views: readonly string[]): Promise<Page[]> {
  const pages = views.map(async (view) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await watchShifts(page)
    await page.goto(url + view)
    return page
  })
  return Promise.all(pages)
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const main = join(import.meta.dirname, '../packages/cli/src/main.ts')
const demo = spawn(process.execPath, [main, 'demo', '--json', '--seed', '5', '--listen', '127.0.0.1:0'], {
  env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
  stdio: ['ignore', 'pipe', 'ignore'],
})
for await (const line of createInterface({ input: demo.stdout })) {
  const { page } = JSON.parse(line)
  if (page == null) continue
  const pages = await openAll(new URL(page).origin, VIEWS)
  await new Promise((resolve) => setTimeout(resolve, STORY_MS))
  for (const [index, one] of pages.entries()) {
    const shifts = await shiftsOf(one)
    const sum = sumOf(shifts)
    const [worst] = shifts.toSorted((a, b) => b.value - a.value)
    console.log(
      `${VIEWS[index]}: ${shifts.length} shifts in 5 min, ${sum.toFixed(3)} in all (goal ${SHIFT_GOAL}: ${verdict(sum <= SHIFT_GOAL)})${worst === undefined ? '' : `; the largest ${worst.value.toFixed(3)}: ${worst.what.join(', ')}`}`,
    )
    if (sum > SHIFT_GOAL) process.exitCode = 1
    await one.close()
  }
  break
}
demo.kill()
rmSync(folder, { recursive: true, force: true })

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
}

const fleet = await startFleet({ ports: 200, local: 24, dark: 12 })
const pages = await openAll(fleet.url, ['/', '/timeline'])
const sessions = await Promise.all(pages.map((page) => page.context().newCDPSession(page)))
for (const session of sessions) await session.send('Performance.enable')
const heaps: number[][] = sessions.map(() => [])
for (let part = 0; part < PARTS; part += 1) {
  await fleet.goOn(UPDATES_MS / PARTS)
  // Long enough for what was asked for last to come.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  for (const [index, session] of sessions.entries()) heaps[index]?.push(await heapOf(session))
}
for (const [index, all] of heaps.entries()) {
  const [first = 1, last = 0] = [all[0], all.at(-1)]
  console.log(
    `${['/', '/timeline'][index]}, 200 ports, an hour of updates: ${all.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB; the last of the first ${(last / first).toFixed(2)} (goal ${HEAP_GOAL}: ${verdict(last / first <= HEAP_GOAL)})`,
  )
  if (last / first > HEAP_GOAL) process.exitCode = 1
}
await browser.close()
await fleet.stop()
