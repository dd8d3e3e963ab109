import type { Clock } from '@portolan/core'

/** Runs soon after it was asked to, once for many requests, never two at a time. */
export interface Refresher {
  request: () => void
  /** Nothing starts any more. */
  stop: () => void
}

/** @param run never rejects */
export function createRefresher(clock: Clock, delayMs: number, run: () => Promise<void>): Refresher {
  let cancel: (() => void) | null = null
  let running = false
  let again = false
  let stopped = false

  function request(): void {
    if (stopped || cancel !== null) return
    if (running) again = true
    else cancel = clock.after(delayMs, () => void start())
  }

  async function start(): Promise<void> {
    cancel = null
    running = true
    await run()
    running = false
    if (!again) return
    again = false
    request()
  }

  return {
    request,
    stop() {
      stopped = true
      cancel?.()
    },
  }
}
