import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { TooMuch } from '../too-much.ts'

/** All rows, though a number of one of them be larger than those of JavaScript: that one is rounded then. */
export function allRows(statement: StatementSync, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
  try {
    return statement.all(...values)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_OUT_OF_RANGE') throw error
  }
  statement.setReadBigInts(true)
  try {
    const rows = statement.all(...values)
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) if (typeof value === 'bigint') row[column] = Number(value)
    }
    return rows
  } finally {
    statement.setReadBigInts(false)
  }
}

/**
 * All rows, if their bodies are not longer together than `mostBytes`.
 *
 * @throws {TooMuch}
 */
export function boundedRows(
  statement: StatementSync,
  mostBytes: number,
  ...values: SQLInputValue[]
): Record<string, SQLOutputValue>[] {
  const rows: Record<string, SQLOutputValue>[] = []
  let left = mostBytes
  for (const row of statement.iterate(...values)) {
    left -= String(row['body']).length
    if (left < 0) throw new TooMuch(mostBytes)
    rows.push(row)
  }
  return rows
}
