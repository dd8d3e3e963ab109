import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openStore, openStoreReader, readLanes, type StoreReader } from '@portolan/collector'
import { encodeLanes } from '@portolan/wire'
import { DAY, fillDay, PORTS } from './stormy-day.ts'

/** A day of many ports as lanes, as fine as the page asks for it, and as many of them. */
const TIMES = 15
const RESOLUTION_MS = 2 ** 17
/** A laptop's screen shows half of them, the rest is there for whoever scrolls. */
const PAGE_PORTS = 32
const PAGE_GOAL_MS = 100
/** Of what it takes to parse the answer. */
const GOAL = 10

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const path = join(folder, 'store.db')
const begin = 1_700_000_000_000
const written = await openStore(path)
await fillDay(written, begin)
written.close()

interface Took {
  all: number
  read: number
  draw: number
  encode: number
  parse: number
}

const range = { from: begin, to: begin + DAY, resolutionMs: RESOLUTION_MS }

async function answer(store: StoreReader, limit: number): Promise<Took & { text: string }> {
  const times = [performance.now()]
  const { ports, lanes } = await readLanes(store, [], { ...range, limit })
  times.push(performance.now())
  const text = JSON.stringify(encodeLanes({ ...range, ports, lanes, events: [], notes: [] }))
  times.push(performance.now())
  JSON.parse(text)
  times.push(performance.now())
  await store.histories({ ...range, targets: ports.slice(0, limit) })
  times.push(performance.now())
  const [both = 0, encode = 0, parse = 0, read = 0] = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  return { text, all: both + encode, read, draw: Math.max(0, both - read), encode, parse }
}

/** @returns the best of all times, as a ratio to what parsing takes */
async function measure(name: string, limit: number): Promise<{ ms: number; ratio: number }> {
  const store = openStoreReader(path)
  const { text, all: first } = await answer(store, limit)
  const later: Took[] = []
  for (let time = 0; time < TIMES; time += 1) later.push(await answer(store, limit))
  store.close()
  const best = (part: keyof Took) => Math.min(...later.map((took) => took[part]))
  const ms = (part: keyof Took) => best(part).toFixed()
  console.log(
    `${name}: ${first.toFixed()} ms first, ${ms('all')} ms again (read ${ms('read')}, draw ${ms('draw')}, encode ${ms('encode')})`,
  )
  console.log(`  ${megabytes(text.length)}, compressed ${megabytes(gzipSync(text).length)}`)
  return { ms: best('all'), ratio: best('all') / best('parse') }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

const part = await measure(`a day of ${PAGE_PORTS} of ${PORTS} ports`, PAGE_PORTS)
const whole = await measure(`a day of ${PORTS} ports`, PORTS)
const verdict = (reached: boolean) => (reached ? 'reached' : 'missed')
console.log(
  `what the page asks for: ${part.ms.toFixed()} ms (goal ${PAGE_GOAL_MS}: ${verdict(part.ms <= PAGE_GOAL_MS)})`,
)
console.log(`all, of parsing the answer: ${whole.ratio.toFixed(1)} (goal ${GOAL}: ${verdict(whole.ratio <= GOAL)})`)
if (whole.ratio > GOAL) process.exitCode = 1
rmSync(folder, { recursive: true })
