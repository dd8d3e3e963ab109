import { backoff } from '@portolan/base'
import type pg from 'pg'
import type { TimelineEntry } from '../store.ts'
import type { Database } from './database.ts'
import { CHANNEL, type HubStore } from './hub-store.ts'

const PAGE = 500
const LONGEST_WAIT_MS = 5000

/** Follows the timeline of a database that others write to as well. */
export interface Follower {
  /** Why it does not follow at the moment; null while it does. */
  fault(): string | null
  stop(): Promise<void>
}

/**
 * Hands on each entry of the timeline that comes after one, once and in order, whoever writes it. While no server can be
 * reached it tries again, and goes on where it was.
 */
export function followTimeline(
  database: Database,
  store: Pick<HubStore, 'timeline'>,
  after: number,
  onEntries: (entries: TimelineEntry[]) => void,
): Follower {
  let last = after
  let client: pg.Client | null = null
  let fault: string | null = 'it has not connected yet'
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  let reading: Promise<void> = Promise.resolve()
  let wanted = false
  connect(0)

  function connect(attempts: number): void {
    listen().then(
      () => {},
      (error: unknown) => again(attempts, error),
    )
  }

  function again(attempts: number, error: unknown): void {
    fault = Error.isError(error) ? error.message : String(error)
    if (stopped) return
    timer = setTimeout(connect, backoff(attempts, LONGEST_WAIT_MS, Math.random), attempts + 1)
    timer.unref()
  }

  async function listen(): Promise<void> {
    const listening = await database.connect()
    if (stopped) return listening.end()
    client = listening
    listening.on('notification', readOn)
    listening.once('end', () => {
      if (client !== listening) return
      client = null
      again(0, new Error('the connection to the database ended'))
    })
    await listening.query(`LISTEN ${CHANNEL}`)
    fault = null
    readOn()
  }

  /** One reader at a time; what is announced while it reads is read after it. */
  function readOn(): void {
    if (wanted) return
    wanted = true
    reading = reading.then(() => {
      wanted = false
      return read()
    })
  }

  async function read(): Promise<void> {
    try {
      for (let full = true; full && !stopped; ) {
        const page = await store.timeline({ after: last, limit: PAGE })
        last = page.at(-1)?.id ?? last
        full = page.length === PAGE
        onEntries(page)
      }
    } catch {
      // The database is away: the connection that listens ends as well, and reads on once there is another.
      if (client !== null && !stopped) timer = setTimeout(readOn, LONGEST_WAIT_MS).unref()
    }
  }

  return {
    fault: () => fault,
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      const held = client
      client = null
      await held?.end().catch(() => {})
      await reading
    },
  }
}

/** The number of the newest entry; 0 where there is none. */
export function newestEntry(database: Database): Promise<number> {
  return database.run(async (client) => {
    const text = 'SELECT id FROM portolan.timeline ORDER BY id DESC LIMIT 1'
    const { rows } = await client.query<{ id: number }>(text)
    return rows[0]?.id ?? 0
  })
}
