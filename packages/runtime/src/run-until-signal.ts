/** A program: what the entry points start and stop. */
export interface App {
  start(): Promise<void>
  /** Idempotent, bounded, never rejects. */
  stop(): Promise<void>
}

/** The part of `process` that this needs. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', run: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', run: () => void): unknown
  exit(code: number): void
}

const KILLED_BY_SIGINT = 130

/**
 * Starts the program, stops it on SIGINT or SIGTERM (also while it still starts) and answers when it has stopped. A
 * second signal ends the process at once.
 *
 * @throws what `create` or `start` threw, after what was set up was stopped
 */
export async function runUntilSignal(create: () => App | Promise<App>, signals: Signals = process): Promise<void> {
  const asked = Promise.withResolvers<void>()
  let times = 0
  const onSignal = () => {
    times += 1
    if (times > 1) signals.exit(KILLED_BY_SIGINT)
    asked.resolve()
  }
  signals.on('SIGINT', onSignal)
  signals.on('SIGTERM', onSignal)
  // Everything else may be unref'ed; this keeps the process there until it is asked to leave.
  const alive = setInterval(() => {}, 1 << 30)
  try {
    const app = await create()
    try {
      const started = app.start()
      started.catch(() => {})
      await Promise.race([started, asked.promise])
      await asked.promise
    } finally {
      await app.stop()
    }
  } finally {
    clearInterval(alive)
    signals.off('SIGINT', onSignal)
    signals.off('SIGTERM', onSignal)
  }
}
