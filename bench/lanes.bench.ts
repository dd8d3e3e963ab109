import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openStore, openStoreReader, readLanes } from '@portolan/collector'
import { encodeLanes } from '@portolan/wire'
import { DAY, fillDay, PORTS } from './stormy-day.ts'

/** A day of many ports as lanes, as fine as the page asks for it. */
const TIMES = 15
const RESOLUTION_MS = 2 ** 17
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

const store = openStoreReader(path)

async function answer(): Promise<Took & { text: string }> {
  const range = { from: begin, to: begin + DAY, resolutionMs: RESOLUTION_MS }
  const times = [performance.now()]
  await store.histories({ ...range, targets: await store.targets() })
  times.push(performance.now())
  const lanes = await readLanes(store, [], range)
  times.push(performance.now())
  const text = JSON.stringify(encodeLanes({ ...range, lanes, events: [], notes: [] }))
  times.push(performance.now())
  JSON.parse(text)
  times.push(performance.now())
  const [read = 0, both = 0, encode = 0, parse = 0] = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  return { text, all: both + encode, read, draw: both - read, encode, parse }
}

const { text, all: first } = await answer()
const later: Took[] = []
for (let time = 0; time < TIMES; time += 1) later.push(await answer())
const best = (part: keyof Took) => Math.min(...later.map((took) => took[part]))
const ratio = best('all') / best('parse')
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
console.log(
  `a day of ${PORTS} ports: ${first.toFixed()} ms first, ${best('all').toFixed()} ms again (read ${best('read').toFixed()}, draw ${Math.max(0, best('draw')).toFixed()}, encode ${best('encode').toFixed()})`,
)
console.log(`${megabytes(text.length)}, compressed ${megabytes(gzipSync(text).length)}`)
console.log(`of parsing the answer: ${ratio.toFixed(1)} (goal ${GOAL}: ${ratio <= GOAL ? 'reached' : 'missed'})`)
if (ratio > GOAL) process.exitCode = 1
store.close()
rmSync(folder, { recursive: true })
