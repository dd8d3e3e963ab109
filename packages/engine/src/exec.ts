import { TooLong, sizeText } from '@portolan/base'

/** What a command in a container wrote, and how it ended. */
export interface Executed {
  /** 126 and 127: it could not be started there. */
  exitCode: number
  output: string
  /** The beginning of what it complained of, for people. */
  complaint: string
}

/** A command that only reads, and how much it may write at most. */
export interface Command {
  container: string
  words: readonly string[]
  mostBytes: number
}

const MOST_OF_COMPLAINT_BYTES = 1000
const HEADER_BYTES = 8
const STDERR = 2

/**
 * Takes the output of a command apart: without a terminal Docker and Podman send both streams over one connection, in
 * frames of one byte for the stream, three unused and four for the length of what follows.
 *
 * @throws {TooLong} naming the bound
 */
export async function readFrames(
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Pick<Executed, 'output' | 'complaint'>> {
  const written: Uint8Array[] = []
  let complaint = ''
  let taken = 0
  let rest: Uint8Array = new Uint8Array()
  /** Of the frame that is being read; null between two. */
  let frame: { stream: number; left: number } | null = null

  function take(bytes: Uint8Array, stream: number): void {
    if (stream === STDERR) {
      complaint = (complaint + Buffer.from(bytes).toString()).slice(0, MOST_OF_COMPLAINT_BYTES)
      return
    }
    written.push(bytes)
  }

  for await (const chunk of body) {
    taken += chunk.length
    if (taken > mostBytes) throw new TooLong(`the output is longer than ${sizeText(mostBytes)}`)
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (frame === null) {
        if (rest.length < HEADER_BYTES) break
        const header = Buffer.from(rest.subarray(0, HEADER_BYTES))
        frame = { stream: header.readUInt8(0), left: header.readUInt32BE(4) }
        rest = rest.subarray(HEADER_BYTES)
      }
      const part = rest.subarray(0, frame.left)
      take(part, frame.stream)
      rest = rest.subarray(part.length)
      frame.left -= part.length
      if (frame.left > 0) break
      frame = null
    }
  }
  return { output: Buffer.concat(written).toString(), complaint }
}
