import type { DatabaseSync } from 'node:sqlite'

/** Rows that were read already: a day of many ports is asked for again and again, and little of it is new. */
export interface Memory {
  /**
   * The bodies of rows, in their order.
   *
   * @param trim leaves what is worth remembering
   */
  read<Body, T>(table: Table, rowids: number[], trim: (body: Body) => T): T[]
  /** The row is written, or written anew. */
  forget(table: Table, rowid: number): void
  /** Rows were deleted: a new one may get the number of an old one. */
  clear(): void
}

/** Each is read with one `trim` only. */
export type Table = 'timeline' | 'incidents' | 'epochs'

/** Of each table, about 50 MB. */
const MOST_ROWS = 200_000

/** Right for the one process that writes, as long as it forgets what it writes. */
export function createMemory(database: DatabaseSync): Memory {
  const tables = { timeline: new Map(), incidents: new Map(), epochs: new Map() }
  return {
    read<Body, T>(table: Table, rowids: number[], trim: (body: Body) => T) {
      const known: Map<number, T> = tables[table]
      if (known.size > MOST_ROWS) known.clear()
      const missing = rowids.filter((rowid) => !known.has(rowid))
      for (const [rowid, body] of readBodies<Body>(database, table, missing)) known.set(rowid, trim(body))
      return rowids.flatMap((rowid) => known.get(rowid) ?? [])
    },
    forget: (table, rowid) => void tables[table].delete(rowid),
    clear: () => Object.values(tables).forEach((rows) => rows.clear()),
  }
}

/** For a process that does not write, and so does not hear of what changes. */
export function createNoMemory(database: DatabaseSync): Memory {
  return {
    read<Body, T>(table: Table, rowids: number[], trim: (body: Body) => T) {
      const bodies = readBodies<Body>(database, table, rowids)
      return rowids.filter((rowid) => bodies.has(rowid)).map((rowid) => trim(bodies.get(rowid) as Body))
    },
    forget() {},
    clear() {},
  }
}

/** Parses them in one piece, which is faster than one by one. Rows that are gone meanwhile are left out. */
function readBodies<Body>(database: DatabaseSync, table: Table, rowids: number[]): Map<number, Body> {
  const query = `SELECT rowid AS id, body FROM ${table} WHERE rowid IN (SELECT value FROM json_each(?))`
  const rows = database.prepare(query).all(JSON.stringify(rowids))
  const bodies = JSON.parse(`[${rows.map(({ body }) => body).join(',')}]`) as Body[]
  return new Map(bodies.map((body, index) => [Number(rows[index]?.['id']), body]))
}
