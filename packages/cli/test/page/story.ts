import { join } from 'node:path'
import type { Fact } from '@portolan/core'
import { createLogger, systemClock } from '@portolan/runtime'
import { readRecording } from '../../src/recording/read.ts'
import { createShow } from '../../src/recording/show.ts'

/** The story of the demo on the page, as 14 s of it were recorded. */
export interface Story {
  url: string
  /** What lets in who writes, after a `#` of any address of the page. */
  key: string
  /** Plays the rest, in which port 30080 turns dark and stays dark. */
  goOn(): Promise<void>
  stop(): Promise<void>
}

/**
 * Plays it until both ports have answered, and no further.
 *
 * @param port 0: any that is free
 * @param change what each fact is before it is told
 */
export async function startStory(port = 0, change = (fact: Fact) => fact): Promise<Story> {
  const { header, facts } = await readRecording(join(import.meta.dirname, 'story.ndjson.gz'), () => {})
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()

  async function* heldOnce(): AsyncGenerator<Fact[]> {
    for await (const batch of facts) {
      for (const fact of batch) {
        if (isDark(fact)) {
          reached.resolve()
          await released.promise
        }
        yield [change(fact)]
      }
    }
  }

  const show = createShow(
    { header, facts: heldOnce() },
    {
      listen: { host: '127.0.0.1', port },
      speed: null,
      clock: systemClock,
      log: createLogger({ level: 'silent' }),
    },
  )
  await show.start()
  const over = new AbortController()
  const played = show.play(over.signal)
  await reached.promise
  return {
    url: new URL(show.page ?? '').origin,
    key: new URL(show.page ?? '').hash.slice(1),
    async goOn() {
      released.resolve()
      await played
    },
    async stop() {
      over.abort()
      released.resolve()
      await played
      await show.stop()
    },
  }
}

function isDark({ observed }: Fact): boolean {
  return observed.kind === 'outcome' && observed.outcome.target === 'host:30080' && observed.outcome.symptom !== 'ok'
}
