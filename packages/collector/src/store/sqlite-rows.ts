import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

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
