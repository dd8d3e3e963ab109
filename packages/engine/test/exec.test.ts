import { expect, test } from '@jest/globals'
import { readFrames } from '../src/exec.ts'

const OUT = 1
const ERR = 2

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt8(stream, 0)
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

const SENT = Buffer.concat([frame(OUT, 'one\n'), frame(ERR, 'careful'), frame(OUT, ''), frame(OUT, 'zwölf\n')])

test.each([1, 3, 8, 11, 1000])('the streams of a command are told apart, in pieces of %d bytes', async (size) => {
  expect(await readFrames(inPieces(SENT, size), 1000)).toEqual({ output: 'one\nzwölf\n', complaint: 'careful' })
})

test('a command that writes without an end is given up', async () => {
  const endless = (async function* () {
    for (;;) yield frame(OUT, 'x'.repeat(100))
  })()
  await expect(readFrames(endless, 2048)).rejects.toThrow('the output is longer than 2 KiB')
})

test('of what it complains of only the beginning is kept', async () => {
  const { complaint } = await readFrames(inPieces(frame(ERR, 'x'.repeat(5000)), 700), 10_000)
  expect(complaint).toHaveLength(1000)
})

test('a frame that breaks off is as much as came of it', async () => {
  expect(await readFrames(inPieces(SENT.subarray(0, 10), 4), 1000)).toEqual({ output: 'on', complaint: '' })
})
