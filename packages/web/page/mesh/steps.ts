import type { Matrix } from './matrix.ts'

export interface Place {
  row: number
  column: number
}

/** The next cell that has something to say, from one by an arrow key, Home or End; null where there is none. */
export function stepFrom({ cells }: Matrix, from: Place, key: string): Place | null {
  const row = cells[from.row] ?? []
  const inRow = row.flatMap((cell, column) => (cell === null ? [] : [{ row: from.row, column }]))
  const inColumn = cells.flatMap((one, index) =>
    one[from.column] == null ? [] : [{ row: index, column: from.column }],
  )
  switch (key) {
    case 'ArrowRight':
      return inRow.find(({ column }) => column > from.column) ?? null
    case 'ArrowLeft':
      return inRow.findLast(({ column }) => column < from.column) ?? null
    case 'ArrowDown':
      return inColumn.find((one) => one.row > from.row) ?? null
    case 'ArrowUp':
      return inColumn.findLast((one) => one.row < from.row) ?? null
    case 'Home':
      return inRow[0] ?? null
    case 'End':
      return inRow.at(-1) ?? null
    default:
      return null
  }
}

/** Where Tab leads first. */
export function firstPlace({ cells }: Matrix): Place | null {
  const row = cells.findIndex((one) => one.some((cell) => cell !== null))
  return row < 0 ? null : { row, column: cells[row]?.findIndex((cell) => cell !== null) ?? 0 }
}
