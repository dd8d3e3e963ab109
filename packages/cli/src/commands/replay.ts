import { EXIT, printable } from '@portolan/core'
import { createLogger, systemClock, type Listen } from '@portolan/runtime'
import { encodeIncidents } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { readRecording } from '../recording/read.ts'
import type { Recording } from '../recording/recording.ts'
import { type Replayed, replay } from '../recording/replay.ts'
import { createShow } from '../recording/show.ts'
import { jsonText } from '../render/json.ts'
import { createFaults, readListen } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import { incidentTable } from './incidents.ts'

interface ReplayFlags {
  json?: boolean
  listen?: string
  speed?: string
}

export interface ReplayPlan {
  json: boolean
  /** null: no page. */
  listen: Listen | null
  /** null: as fast as it goes. */
  speed: number | null
}

export function defineReplay(command: Command, end: End): void {
  command
    .option('--json', 'one JSON document, see docs/schema/incidents.json')
    .option('--listen <address>', 'HOST:PORT of a page that shows the recording, until Ctrl-C')
    .option(
      '--speed <times>',
      'how many times faster than real time, e.g. 60 (default: as fast as possible); needs --listen',
    )
    .action(async (file: string, flags: ReplayFlags) => {
      const plan = readReplayPlan(flags)
      const recording = await readRecording(file, (text) => process.stderr.write(`portolan: ${printable(text)}\n`))
      if (plan.listen === null) print(await replay(recording, () => {}), plan)
      else await show(recording, { ...plan, listen: plan.listen })
      end(EXIT.fine)
    })
}

/** @throws PortolanError usage with every fault */
export function readReplayPlan(flags: ReplayFlags): ReplayPlan {
  const faults = createFaults()
  const listen = flags.listen === undefined ? null : readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const speed = flags.speed === undefined ? null : Number(flags.speed)
  if (speed !== null && !(speed > 0 && speed <= FASTEST))
    faults.add(`--speed is "${flags.speed}", expected a number above 0 and up to ${FASTEST}, e.g. 60`)
  if (speed !== null && listen === null) faults.add('--speed needs --listen: without a page it goes as fast as it can')
  faults.check('replay')
  return { json: flags.json === true, listen: listen ?? null, speed }
}

/** A day in nine seconds. */
const FASTEST = 10_000

async function show(recording: Recording, plan: ReplayPlan & { listen: Listen }): Promise<void> {
  const clock = systemClock
  const log = createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' })
  const shown = createShow(recording, { listen: plan.listen, speed: plan.speed, clock, log })
  const stopped = untilStopped(clock, null)
  const over = new AbortController()
  const leave = () => over.abort()
  stopped.promise.then(leave, leave)
  try {
    await shown.start()
    process.stderr.write(`Page: ${shown.page} (Ctrl-C to quit)\n`)
    const replayed = await shown.play(over.signal)
    if (over.signal.aborted) return
    print(replayed, plan)
    await stopped.promise
  } finally {
    stopped.cancel()
    await shown.stop()
  }
}

function print({ incidents, facts, clusters, until }: Replayed, { json }: Pick<ReplayPlan, 'json'>): void {
  const text = json
    ? jsonText(encodeIncidents(incidents, until), 2)
    : `${printable(`${facts} facts of ${clusters.join(', ') || 'no cluster'}.`)}\n${incidentTable(incidents, until).join('\n')}`
  process.stdout.write(`${text}\n`)
}
