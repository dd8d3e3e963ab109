import { expect, test } from '@jest/globals'
import { readLines } from '../src/lines.ts'

test.each([
  ['lines that arrive together', ['a\nb\n'], ['a', 'b']],
  ['a line in pieces', ['{"a"', ':1', '}\n'], ['{"a":1}']],
  ['an end of line alone', ['a', '\n', 'b\n'], ['a', 'b']],
  ['empty lines', ['a\n\n\r\nb\n'], ['a', 'b']],
  ['a last line without an end', ['a\nb'], ['a', 'b']],
])('%s', async (_, chunks, lines) => {
  expect(await Array.fromAsync(readLines(stream(chunks.map((chunk) => new TextEncoder().encode(chunk)))))).toEqual(
    lines,
  )
})

test('a character that a chunk breaks in two stays whole', async () => {
  const bytes = new TextEncoder().encode('ö\n')
  expect(await Array.fromAsync(readLines(stream([bytes.slice(0, 1), bytes.slice(1)])))).toEqual(['ö'])
})

async function* stream(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

test('a line without an end is given up', async () => {
  let taken = 0
  async function* forever(): AsyncGenerator<Uint8Array> {
    for (; ; taken += 1) yield new TextEncoder().encode('x'.repeat(65_536))
  }
  await expect(Array.fromAsync(readLines(forever()))).rejects.toThrow('sent a line of more than 1048576 characters')
  expect(taken).toBeLessThan(20)
})
