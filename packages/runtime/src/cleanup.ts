import type { Clock, Log } from '@portolan/core'

/** What was set up, to be undone in reverse order. */
export interface Cleanup {
  add(name: string, undo: () => void | Promise<void>): void
  /** Undoes everything once, whoever asks how often. A step that fails or hangs is logged and left behind. Never rejects. */
  run(): Promise<void>
  /** Sets something up; where that fails, all that was set up is undone before the failure goes on. */
  guard<T>(setUp: () => Promise<T>): Promise<T>
}

/** @param options.stepMs how long one step may take */
export function createCleanup(options: { clock: Clock; log: Log; stepMs?: number }): Cleanup {
  const { clock, log, stepMs = 3000 } = options
  const steps: { name: string; undo: () => void | Promise<void> }[] = []
  let running: Promise<void> | null = null

  async function undoAll(): Promise<void> {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { name, undo } = step
      try {
        const ended = await within(clock, stepMs, undo)
        if (!ended) log.warn({ step: name, ms: stepMs }, 'a step of the shutdown takes too long, going on without it')
      } catch (error) {
        log.warn({ step: name, err: error }, 'a step of the shutdown failed')
      }
    }
  }

  const run = () => (running ??= undoAll())

  return {
    add: (name, undo) => void steps.push({ name, undo }),
    run,
    async guard(setUp) {
      try {
        return await setUp()
      } catch (error) {
        await run()
        throw error
      }
    },
  }
}

/** Whether it ended in time. A late failure is nobody's business any more. */
async function within(clock: Clock, ms: number, run: () => void | Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.after(ms, () => late.resolve(false))
  try {
    const work = Promise.resolve(run()).then(() => true)
    work.catch(() => {})
    return await Promise.race([work, late.promise])
  } finally {
    cancel()
  }
}
