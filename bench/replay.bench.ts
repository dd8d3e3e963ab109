import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Fact } from '@portolan/core'
import { createStory } from '../packages/collector/test/story.ts'
import { VERSION } from '../packages/cli/src/recording/recording.ts'
import { writeRecording } from '../packages/cli/src/recording/write.ts'

/** A recording of a million facts, decided about again by the program itself. */
const FACTS = 1_000_000
const GOAL_S = 5
/** So often the pod moves, and the port goes dark and comes back. */
const MOVE_EVERY = 20_000
const MAIN = join(import.meta.dirname, '../packages/cli/src/main.ts')

async function* facts(): AsyncGenerator<Fact> {
  let now = 1_700_000_000_000
  const story = createStory('dev', () => now)
  yield* story.found()
  let away = false
  for (let count = 0; count < FACTS; count += 1) {
    now += 50
    if (count % MOVE_EVERY === MOVE_EVERY - 1) {
      away = !away
      yield* away ? story.moved() : story.movedBack()
    }
    const isDark = away && count % MOVE_EVERY < 100
    const vantage = count % 2 === 0 ? 'host/loopback4' : 'host/node-address'
    yield story.probed(isDark ? (count % 2 === 0 ? 'silent' : 'connect_timeout') : 'ok', { vantage })
  }
}

async function replay(file: string): Promise<{ seconds: number; said: string }> {
  const begun = performance.now()
  const child = spawn(process.execPath, [MAIN, 'replay', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = text(child.stdout)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`replay ended with ${code}`)
  return { seconds: (performance.now() - begun) / 1000, said: await said }
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const file = join(folder, 'million.ndjson.gz')
const header = { portolan: 'recording', version: VERSION, recordedAt: '', settings: {}, anonymised: false } as const
await writeRecording(file, header, facts())
const runs = [await replay(file), await replay(file)]
rmSync(folder, { recursive: true })
const best = Math.min(...runs.map(({ seconds }) => seconds))
console.log(runs[0]?.said.split('\n').slice(0, 3).join('\n'))
console.log(
  `replayed in ${runs.map(({ seconds }) => seconds.toFixed(1)).join(', ')} s (goal ${GOAL_S}: ${best <= GOAL_S ? 'reached' : 'missed'})`,
)
