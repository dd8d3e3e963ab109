import { expect, test } from '@jest/globals'
import { createScreen } from '../../src/render/screen.ts'

function terminal(columns: number, rows: number) {
  const written: string[] = []
  return { columns, rows, written, write: (text: string) => written.push(text) }
}

test('a second frame is drawn over the first, line by line', () => {
  const term = terminal(80, 24)
  const screen = createScreen(term)
  screen.draw(['one', 'two'])
  screen.draw(['three'])
  expect(term.written[1]).toContain('\u001b[2A')
  expect(term.written[1]).toContain('three\u001b[K\n\u001b[J')
})

test('a terminal that changed its size is cleared: its last frame may have wrapped anew', () => {
  const term = terminal(80, 24)
  const screen = createScreen(term)
  screen.draw(['one'])
  term.columns = 60
  screen.draw(['two'])
  screen.draw(['three'])
  expect(term.written.map((text) => text.includes('\u001b[2J'))).toEqual([false, true, false])
})

test('a command longer than the terminal counts for the rows that it takes', () => {
  const term = terminal(40, 24)
  const screen = createScreen(term)
  screen.draw(['x'.repeat(100)])
  screen.draw([])
  expect(term.written[1]).toContain('\u001b[3A')
})

test('what does not fit below is left out', () => {
  const term = terminal(40, 10)
  createScreen(term).draw(Array.from({ length: 30 }, (_, index) => `line ${index}`))
  expect(term.written[0]).toContain('line 8')
  expect(term.written[0]).not.toContain('line 9')
})

test('the cursor comes back at the end', () => {
  const term = terminal(40, 10)
  const screen = createScreen(term)
  screen.draw(['x'])
  screen.close()
  expect(term.written.at(-1)).toBe('\u001b[?25h')
})
