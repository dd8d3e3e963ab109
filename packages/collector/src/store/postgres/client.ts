import pg from 'pg'
import type { Row } from '../read-rows.ts'

/** How a connection behaves: times in ms, 0 for any time. */
export interface ClientSettings {
  connectMs: number
  statementMs: number
  lockMs: number
}

/** Times and numbers are bigint in the schema, and none is beyond those of JavaScript. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

function configOf(connectionString: string, { connectMs, statementMs, lockMs }: ClientSettings) {
  return {
    connectionString,
    types,
    application_name: 'portolan',
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: statementMs,
  }
}

/** @param onConnect throws where a connection is not to be used */
export function newPool(
  url: string,
  settings: ClientSettings,
  connections: number,
  onConnect: (client: pg.ClientBase) => Promise<void>,
): pg.Pool {
  const pool = new pg.Pool({
    ...configOf(url, settings),
    max: connections,
    allowExitOnIdle: true,
    // The pool waits for it, which its types do not say.
    onConnect: onConnect as (client: pg.ClientBase) => void,
  })
  // Who uses a connection that breaks is told; one that nobody uses is replaced.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

export function newClient(url: string, settings: ClientSettings): pg.Client {
  const client = new pg.Client(configOf(url, settings))
  client.on('error', () => {})
  return client
}

/** Hands on each row as it comes, and keeps none. */
export function eachRow(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
  onRow: (row: Row) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const query = new pg.Query<Row>(text, [...values])
  query.on('row', (row) => {
    try {
      onRow(row)
    } catch (error) {
      // Who asked gives the connection up.
      reject(error)
    }
  })
  query.on('end', () => resolve())
  query.on('error', reject)
  client.query(query)
  return promise
}
