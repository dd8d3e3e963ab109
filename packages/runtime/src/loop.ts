import type { Clock, Log } from '@portolan/core'

export interface Loop {
  /** Waits for a run that is under way. Never rejects. */
  stop(): Promise<void>
}

/**
 * Runs something again and again, `everyMs` after it last ended: runs never overlap, and one that fails is logged and
 * does not end the loop.
 *
 * @param options.name what is done, for the log line
 */
export function startLoop(options: {
  name: string
  everyMs: number
  clock: Clock
  log: Log
  run: () => void | Promise<void>
}): Loop {
  const { name, everyMs, clock, log, run } = options
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let cancel = clock.after(everyMs, turn)

  function turn(): void {
    running = (async () => {
      try {
        await run()
      } catch (error) {
        log.error({ loop: name, err: error }, 'a turn of a background loop failed')
      }
      if (!stopped) cancel = clock.after(everyMs, turn)
    })()
  }

  return {
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
