import type pg from 'pg'
import { TooMuch } from '../too-much.ts'
import type { DatabasePlace } from './place.ts'

/** One PostgreSQL, whichever of its servers takes writes at the moment. */
export interface Database {
  readonly place: DatabasePlace
  /**
   * Does something with a connection that nobody else has meanwhile. One that failed is not used again.
   *
   * @throws what `work` throws, and where no server takes writes
   */
  run<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>
  /** A connection for what lasts, to be ended by the caller. @throws where no server takes writes */
  connect(): Promise<pg.Client>
  isClosed(): boolean
  /** Never rejects. */
  close(): Promise<void>
}

export interface Limits {
  connections: number
  /** How long one statement may take, ms. */
  statementMs: number
}

const COMMON = { connectMs: 5000, lockMs: 10_000 }
/** What is done with a connection takes no longer than one statement may, and this: else the server does not answer at all. */
const GRACE_MS = 5000
/** For what lasts as long as the process. */
const LASTING = { connectMs: 5000, lockMs: 0, statementMs: 0 }

/** Whether the server takes writes: no standby, and nobody made it read-only. */
const TAKES_WRITES = `SELECT NOT pg_is_in_recovery() AND NOT current_setting('default_transaction_read_only')::bool AS yes`

export function createDatabase(place: DatabasePlace, { connections, statementMs }: Limits): Database {
  let finding: Promise<pg.Pool> | null = null
  let closed = false
  const endings = new Set<Promise<void>>()

  function end(pool: pg.Pool): void {
    const ended = pool
      .end()
      .catch(() => {})
      .finally(() => endings.delete(ended))
    endings.add(ended)
  }

  /** The first server that takes writes. */
  async function find(): Promise<pg.Pool> {
    const { newPool } = await loadClient()
    const failures: unknown[] = []
    for (const url of place.urls) {
      const pool = newPool(url, { ...COMMON, statementMs }, connections, requireWrites)
      try {
        const client = await pool.connect()
        client.release()
        return pool
      } catch (error) {
        failures.push(error)
        end(pool)
      }
    }
    throw mostTelling(failures)
  }

  /** Whoever asks while it is looked for waits for the same answer. */
  async function current(): Promise<pg.Pool> {
    if (closed) throw new Error('the database is closed')
    const found = (finding ??= find())
    try {
      return await found
    } catch (error) {
      if (finding === found) finding = null
      throw error
    }
  }

  async function forget(pool: pg.Pool): Promise<void> {
    const held = finding
    if (held === null || (await held.catch(() => null)) !== pool || finding !== held) return
    finding = null
    end(pool)
  }

  /** Where the server is gone since, another one is looked for once: nothing was done yet. */
  async function checkOut(): Promise<{ pool: pg.Pool; client: pg.PoolClient }> {
    const pool = await current()
    try {
      return { pool, client: await pool.connect() }
    } catch {
      await forget(pool)
    }
    const next = await current()
    return { pool: next, client: await next.connect() }
  }

  return {
    place,
    async run(work) {
      const { pool, client } = await checkOut()
      // What is under way fails with its connection.
      const overdue = setTimeout(endQuietly, statementMs + GRACE_MS, client)
      try {
        const result = await work(client)
        clearTimeout(overdue)
        client.release()
        return result
      } catch (error) {
        clearTimeout(overdue)
        client.release(true)
        if (isGone(error)) await forget(pool)
        throw error
      }
    },
    async connect() {
      const { newClient } = await loadClient()
      const failures: unknown[] = []
      for (const url of place.urls) {
        const client = newClient(url, LASTING)
        try {
          await client.connect()
          await requireWrites(client)
          return client
        } catch (error) {
          failures.push(error)
          await client.end().catch(() => {})
        }
      }
      throw mostTelling(failures)
    },
    isClosed: () => closed,
    async close() {
      closed = true
      const held = await finding?.catch(() => null)
      if (held != null) end(held)
      await Promise.all(endings)
    },
  }
}

function endQuietly(client: pg.PoolClient): void {
  client.end().catch(() => {})
}

/** Only who has a store on a server loads the library. */
const loadClient = () => import('./client.ts')

async function requireWrites(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ yes: boolean }>(TAKES_WRITES)
  if (rows[0]?.yes !== true) throw new ReadOnlyServer()
}

/** It answers, and takes no writes: a standby, say. */
export class ReadOnlyServer extends Error {
  override name = 'ReadOnlyServer'

  constructor() {
    super('no server of the database takes writes')
  }
}

/** What a server says of itself tells more than that another one is not there. */
function mostTelling(failures: unknown[]): unknown {
  return failures.find((one) => sqlStateOf(one) !== null) ?? failures[0]
}

/** Source: PostgreSQL, "PostgreSQL Error Codes". null: it is not the server that says so. */
export function sqlStateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('severity' in error)) return null
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : null
}

/** The server ended, does not answer, or takes no writes any more: connection exceptions, operator intervention, read-only. */
function isGone(error: unknown): boolean {
  if (error instanceof TooMuch) return false
  const state = sqlStateOf(error)
  return state === null || state.startsWith('08') || state.startsWith('57P') || state === '25006'
}
