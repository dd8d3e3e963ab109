import type pg from 'pg'
import { backoff } from '@portolan/base'
import type { Database } from './database.ts'

/** `port` in ASCII, as in a file of SQLite: who holds it may write. */
const WRITER = 0x70_6f_72_74
const LONGEST_WAIT_MS = 5000

/** Keeps others out of a database for as long as this process lives. */
export interface WriterLock {
  /** Never rejects. */
  release(): Promise<void>
}

/**
 * @param mode `alone`: the one collector that writes. `together`: replicas of a hub, which keep collectors out
 * @returns null where somebody else holds it
 * @throws where the database cannot be reached
 */
export async function takeWriterLock(database: Database, mode: 'alone' | 'together'): Promise<WriterLock | null> {
  const attempt = mode === 'alone' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
  let held: pg.Client | null = await take()
  let timer: NodeJS.Timeout | null = null
  let released = false
  if (held === null) return null
  watch(held)

  async function take(): Promise<pg.Client | null> {
    const client = await database.connect()
    try {
      const { rows } = await client.query<{ got: boolean }>(`SELECT ${attempt}($1) AS got`, [WRITER])
      if (rows[0]?.got === true) return client
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    await client.end()
    return null
  }

  /** It goes with its connection, and comes back with another one: what is written meanwhile is safe without it. */
  function watch(client: pg.Client): void {
    client.once('end', () => {
      if (held === client) held = null
      takeAgain(0)
    })
  }

  function takeAgain(attempts: number): void {
    if (released) return
    const again = () => {
      takeOnceMore().then(
        (isHeld) => isHeld || takeAgain(attempts + 1),
        () => takeAgain(attempts + 1),
      )
    }
    timer = setTimeout(again, backoff(attempts, LONGEST_WAIT_MS, Math.random))
    timer.unref()
  }

  async function takeOnceMore(): Promise<boolean> {
    held = await take()
    if (held === null) return false
    if (released) await held.end()
    else watch(held)
    return true
  }

  return {
    async release() {
      released = true
      if (timer !== null) clearTimeout(timer)
      await held?.end().catch(() => {})
    },
  }
}
