import { constants } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'

const MOST_MIB = 32
const MOST_BYTES = MOST_MIB * 2 ** 20
const TOO_LARGE = `is larger than ${MOST_MIB} MiB`

/** A file that is there and is not read; the message follows `this`. */
export class Unread extends Error {}

/**
 * Reads a file that the user named, which may be a link, a pipe or a device.
 *
 * @throws Unread for one without an end
 */
export async function readNamed(path: string): Promise<string> {
  await using handle = await open(path)
  return await readBounded(handle)
}

/**
 * Reads a regular file that was met below a folder.
 *
 * @param root the real path of that folder
 * @throws Unread for anything else, and for a link that leads out of the folder
 */
export async function readMet(path: string, root: string): Promise<string> {
  const real = await realpath(path)
  if (!isWithin(real, root)) throw new Unread('is a link that leads out of the folder')
  const refuse = () => new Unread('is not a regular file')
  // To open a device may change it, and to open a pipe may wait for ever.
  if (!(await stat(real)).isFile()) throw refuse()
  await using handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK)
  if (!(await handle.stat()).isFile()) throw refuse()
  return await readBounded(handle)
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

async function readBounded(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat()
  if (size > MOST_BYTES) throw new Unread(TOO_LARGE)
  return await readStream(piecesOf(handle))
}

/** A stream of Node would do the same; to load them takes longer than most files take to read. */
async function* piecesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read()
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** @throws Unread for one without an end */
export async function readStream(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let read = 0
  for await (const piece of bytes) {
    pieces.push(piece)
    read += piece.length
    if (read > MOST_BYTES) throw new Unread(TOO_LARGE)
  }
  return decode(Buffer.concat(pieces))
}

/** As kubectl and kind do: a byte order mark tells UTF-16, which PowerShell writes, from UTF-8. */
function decode(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe') return new TextDecoder('utf-16le').decode(bytes)
  return mark === 'feff' ? new TextDecoder('utf-16be').decode(bytes) : bytes.toString('utf8')
}
