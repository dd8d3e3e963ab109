import { stripVTControlCharacters } from 'node:util'

export interface Terminal {
  write(text: string): unknown
  columns?: number
  rows?: number
}

/**
 * Draws frames over each other without flicker: goes home, writes each line and clears its rest, then what is below.
 * A line that is longer than the terminal is left whole where it is a command to paste: the terminal wraps it.
 */
export interface Screen {
  width(): number
  height(): number
  draw(lines: string[]): void
  /** Leaves the last frame on the screen, and the cursor below it. */
  close(): void
}

const HIDE = '\u001b[?25l'
export const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_ALL = '\u001b[2J\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

export function createScreen(terminal: Terminal): Screen {
  const width = () => Math.max(40, terminal.columns ?? 80)
  const height = () => Math.max(10, terminal.rows ?? 24)
  let last: string[] = []
  let drawn = 0
  let size = ''

  return {
    width,
    height,
    draw(lines) {
      const shown: string[] = []
      let rows = 0
      for (const line of lines) {
        if (rows + rowsOf(line, width()) > height() - 1) break
        rows += rowsOf(line, width())
        shown.push(line)
      }
      // A terminal that changed its size may have wrapped the last frame anew: where it begins is not known.
      const now = `${width()}x${height()}`
      const isResized = drawn > 0 && now !== size
      size = now
      const up = isResized ? CLEAR_ALL : drawn > 0 ? `\u001b[${drawn}A` : ''
      terminal.write(`${HIDE}\r${up}${shown.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`)
      drawn = rows
      last = lines
    },
    close() {
      if (last.length === 0) return
      terminal.write(SHOW_CURSOR)
    },
  }
}

/** How many rows a line takes on a terminal of this width. */
export function rowsOf(line: string, width: number): number {
  return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / width))
}
