import { type Clock, type Log, PortolanError } from '@portolan/core'
import type { KubeClient, ReportedEvent } from '@portolan/kube'

/** Writes events one after the other, beside everything else. */
export interface EventQueue {
  /** In the place of one by that name that is not written yet. */
  push(event: ReportedEvent): void
  /** Resolves when nothing is under way any more; what waits is left unwritten. */
  stop(): Promise<void>
}

/** So many are written at once, after that one in so long: what happens to many ports together is told bit by bit. */
const MOST_AT_ONCE = 30
const PAUSE_MS = 2000

/** While the API server is away events wait, but not until they are old news. */
const AGAIN_MS = 10_000
const OLD_MS = 5 * 60_000
/** More of them would be old news before their turn comes. */
const MOST_WAITING = OLD_MS / PAUSE_MS

export function createEventQueue(options: {
  client: Pick<KubeClient, 'writeEvent'>
  clock: Clock
  log: Log
}): EventQueue {
  const { client, clock, log } = options
  /** By name, the oldest first. */
  const waiting = new Map<string, ReportedEvent>()
  const allowance = { count: MOST_AT_ONCE, at: clock.monotonic() }
  let isWriting = false
  let written = Promise.resolve()
  let cancel = () => {}
  let fault: string | null = null
  let isFlooded = false
  let stopped = false

  /** How long the next one has to wait, in ms; 0 when it may be written now. */
  function pauseBeforeNext(): number {
    const now = clock.monotonic()
    allowance.count = Math.min(MOST_AT_ONCE, allowance.count + (now - allowance.at) / PAUSE_MS)
    allowance.at = now
    return Math.max(0, 1 - allowance.count) * PAUSE_MS
  }

  async function writeAll(): Promise<void> {
    let pause = 0
    for (const event of waiting.values()) {
      if (stopped) break
      pause = pauseBeforeNext()
      if (pause > 0) break
      if (clock.now() - event.at < OLD_MS) {
        allowance.count -= 1
        pause = (await write(event)) === 'again' ? AGAIN_MS : 0
        if (pause > 0) break
      }
      // While it was written a newer one may have taken its place.
      if (waiting.get(event.name) === event) waiting.delete(event.name)
    }
    isWriting = false
    if (stopped) return
    if (waiting.size === 0) isFlooded = false
    else cancel = clock.after(pause, start)
  }

  async function write(event: ReportedEvent): Promise<'done' | 'again'> {
    try {
      await client.writeEvent(event)
      fault = null
      return 'done'
    } catch (error) {
      tell(error)
      return error instanceof PortolanError && error.code === 'api_unreachable' ? 'again' : 'done'
    }
  }

  /** Once, not for every event. */
  function tell(error: unknown): void {
    const text = Error.isError(error) ? error.message : String(error)
    if (text !== fault) log.warn({ err: error }, 'an event could not be written to the cluster')
    fault = text
  }

  function leaveOutOldest(): void {
    const [oldest = ''] = waiting.keys()
    waiting.delete(oldest)
    if (!isFlooded) log.warn({ most: MOST_WAITING }, 'too many events for the cluster: the oldest are left out')
    isFlooded = true
  }

  function start(): void {
    cancel()
    if (isWriting) return
    isWriting = true
    written = writeAll()
  }

  return {
    push(event) {
      if (stopped) return
      waiting.set(event.name, event)
      if (waiting.size > MOST_WAITING) leaveOutOldest()
      start()
    },
    async stop() {
      stopped = true
      cancel()
      await written
    },
  }
}
