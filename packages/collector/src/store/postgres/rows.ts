import type pg from 'pg'
import type { Row } from '../read-rows.ts'
import { TooMuch } from '../too-much.ts'

/**
 * All rows, if their bodies are not longer together than `mostBytes`: beyond that the rest is not read.
 *
 * @throws {TooMuch}
 */
export async function boundedRows(
  client: pg.ClientBase,
  mostBytes: number,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const { eachRow } = await import('./client.ts')
  const rows: Row[] = []
  let left = mostBytes
  await eachRow(client, text, values, (row) => {
    left -= String(row['body']).length
    if (left < 0) throw new TooMuch(mostBytes)
    rows.push(row)
  })
  return rows
}

/** A row as it is written: the values of its columns in their order. */
export type Values = readonly unknown[]

/**
 * Writes many rows by one statement.
 *
 * @param columns each with its type, e.g. `cluster text`
 * @param onConflict what becomes of those that are there; no two rows may be in conflict with each other
 */
export async function insertRows(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly Values[],
  onConflict = '',
): Promise<void> {
  if (rows.length === 0) return
  const names = columns.map((column) => column.split(' ')[0])
  const arrays = columns.map((column, index) => `$${index + 1}::${column.slice(column.indexOf(' ') + 1)}[]`)
  const values = columns.map((_, index) => rows.map((row) => row[index]))
  const text = `INSERT INTO portolan.${table} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')}) ${onConflict}`
  await client.query(text, values)
}
