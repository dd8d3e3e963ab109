import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@portolan/collector'
import { chromium } from 'playwright-core'
import { findChromium } from '../packages/cli/test/page/chromium.ts'
import { serveStore } from '../packages/cli/test/page/serve-store.ts'
import { DAY, fillDay, PORTS } from './stormy-day.ts'

/** The timeline of a day of many ports in the browser of this machine: how soon it is there, how smoothly it pans. */
const FRAMES = 120
const PICTURE_GOAL_MS = 1000
const PAN_GOAL = 50

const executablePath = findChromium()
if (executablePath === null) {
  console.log('no Chromium is in PATH')
  process.exit()
}
const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const path = join(folder, 'store.db')
const begin = Date.now() - DAY
const store = await openStore(path)
await fillDay(store, begin)
store.close()

const { url, collector } = await serveStore(path)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })

const NOTE_FIRST_PICTURE = `window.firstPicture = new Promise((resolve) => {
  const watching = new MutationObserver(() => {
    if (document.querySelector('.lane-names li') === null) return
    watching.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))
  })
  watching.observe(document, { childList: true, subtree: true })
})`

/** Pans a little with each frame, as a touchpad does. */
const PAN = `new Promise((resolve) => {
  const stage = document.querySelector('.stage')
  const started = performance.now()
  let left = ${FRAMES}
  const step = () => {
    if (left === 0) return resolve((${FRAMES} * 1000) / (performance.now() - started))
    left -= 1
    const deltaX = left < ${FRAMES / 2} ? 4 : -4
    stage.dispatchEvent(new WheelEvent('wheel', { deltaX, bubbles: true, cancelable: true }))
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`

const pictures: number[] = []
const pans: number[] = []
for (let time = 0; time < 3; time += 1) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.addInitScript(NOTE_FIRST_PICTURE)
  const range = `from=${new Date(begin).toISOString()}&to=${new Date(begin + DAY).toISOString()}`
  await page.goto(`${url}/timeline?${range}`)
  pictures.push(await page.evaluate<number>('window.firstPicture'))
  pans.push(await page.evaluate<number>(PAN))
  await page.close()
}
await browser.close()
await collector.stop()
rmSync(folder, { recursive: true })

const picture = Math.min(...pictures)
const pan = Math.max(...pans)
const verdict = (reached: boolean) => (reached ? 'reached' : 'missed')
console.log(
  `a day of ${PORTS} ports: the first picture after ${pictures.map((ms) => ms.toFixed()).join(', ')} ms (goal ${PICTURE_GOAL_MS}: ${verdict(picture <= PICTURE_GOAL_MS)})`,
)
console.log(
  `panning at ${pans.map((rate) => rate.toFixed()).join(', ')} frames a second (goal ${PAN_GOAL}: ${verdict(pan >= PAN_GOAL)})`,
)
