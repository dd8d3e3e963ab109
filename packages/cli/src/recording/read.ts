import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Readable, type Transform } from 'node:stream'
import { constants, createGunzip } from 'node:zlib'
import { type Fact, PortolanError } from '@portolan/core'
import { decodeFact, faultText } from '@portolan/wire'
import { type Header, type Recording, VERSION } from './recording.ts'

/**
 * Opens a recording, compressed or not.
 *
 * @param onCut called where it breaks off: what came before is good
 * @throws {PortolanError} usage when it cannot be read, is no recording, or a newer Portolan's; while its facts are read too
 */
export async function readRecording(file: string, onCut: (text: string) => void): Promise<Recording> {
  const batches = linesOf(file)
  const first = await batches.next().catch((error: unknown) => {
    throw unreadable(file, error)
  })
  const [head = '', ...rest] = first.done === true ? [] : first.value
  return { header: readHeader(file, head), facts: factsOf(file, rest, batches, onCut) }
}

/**
 * Line by line, as many at a time as come together; never none. Of what breaks off all that can be read is told.
 *
 * @throws BROKEN_OFF after the last one where more was written
 */
async function* linesOf(file: string): AsyncGenerator<string[]> {
  const source = createReadStream(file)
  // Left to itself it fails where the file breaks off, and keeps what it had unpacked last to itself.
  const patient = { finishFlush: constants.Z_SYNC_FLUSH }
  const unpack: Transform | null = file.endsWith('.gz') ? createGunzip(patient) : null
  const bytes: Readable = unpack === null ? source : source.on('error', (error) => unpack.destroy(error)).pipe(unpack)
  const decoder = new TextDecoder()
  let count = 0
  let begun: string[] = []
  let length = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    count += chunk.length
    const [end = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n')
    begun.push(end)
    length += end.length
    if (length > MOST_OF_LINE) throw TOO_LONG
    if (lines.length === 0) continue
    const next = lines.pop() ?? ''
    yield [begun.join(''), ...lines].map((line) => line.replace(/\r$/, ''))
    begun = [next]
    length = next.length
  }
  if (length > 0) yield [begun.join('')]
  if (unpack !== null && count % 2 ** 32 !== (await packedSize(file))) throw BROKEN_OFF
}

/** Characters: many times what the longest list of objects takes. */
const MOST_OF_LINE = 64 * 1024 * 1024
const TOO_LONG = new Error(`a line is longer than ${MOST_OF_LINE / 1024 / 1024} Mi characters`)

/** Portolan writes none; a file without an end may hold nothing else. */
const MOST_EMPTY_LINES = 1000

/** Its words are told where not even the first line is there. */
const BROKEN_OFF = new Error('it breaks off')

/** How many bytes were packed, modulo 2^32: the last four bytes of the file. Source: RFC 1952, 2.3.1, ISIZE. */
async function packedSize(file: string): Promise<number> {
  await using handle = await open(file)
  const { size } = await handle.stat()
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4))
  return buffer.readUInt32LE()
}

async function* factsOf(
  file: string,
  rest: string[],
  batches: AsyncIterator<string[]>,
  onCut: (text: string) => void,
): AsyncGenerator<Fact[]> {
  /** Of the line that was read last. */
  let number = 1
  let empty = 0
  for (let lines: string[] | null = rest; lines !== null; ) {
    const facts: Fact[] = []
    for (const [index, line] of lines.entries()) {
      number += 1
      if (line === '') {
        empty += 1
        if (empty > MOST_EMPTY_LINES) throw damaged(`${file} has more than ${MOST_EMPTY_LINES} empty lines`)
        continue
      }
      const fact = tryDecode(line)
      if (typeof fact !== 'string') {
        facts.push(fact)
        continue
      }
      yield facts
      const isLast = index === lines.length - 1 && (await batches.next().catch(() => ({ done: true }))).done === true
      if (isLast) return onCut(`${file} breaks off in line ${number}`)
      throw damaged(`line ${number} of ${file} is not a fact (${fact})`)
    }
    yield facts
    try {
      const next = await batches.next()
      lines = next.done === true ? null : next.value
    } catch (error) {
      if (error !== BROKEN_OFF) throw unreadable(file, error)
      return onCut(`${file} breaks off after line ${number}`)
    }
  }
}

/** @returns what is wrong with it where it is none */
function tryDecode(line: string): Fact | string {
  try {
    return decodeFact(line)
  } catch (error) {
    return faultText(error)
  }
}

function damaged(what: string): PortolanError {
  return new PortolanError('usage', what, 'the recording is damaged: make a new one')
}

function readHeader(file: string, line: string): Header {
  let header: Partial<Header> | null = null
  try {
    header = JSON.parse(line)
  } catch {
    // Said below.
  }
  if (header === null || typeof header !== 'object' || header.portolan !== 'recording') {
    throw new PortolanError('usage', `${file} is not a Portolan recording`, 'portolan record FILE makes one')
  }
  if (typeof header.version !== 'number' || header.version > VERSION) {
    throw new PortolanError(
      'usage',
      `${file} was recorded by a newer Portolan (version ${header.version})`,
      'update Portolan',
    )
  }
  const isGiven = typeof header.settings === 'object' && header.settings !== null && !Array.isArray(header.settings)
  return { recordedAt: '', anonymised: false, ...header, settings: isGiven ? header.settings : {} } as Header
}

function unreadable(file: string, error: unknown): PortolanError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? message})`
  return new PortolanError('usage', `${file} ${why}`, 'portolan record FILE makes a recording', error)
}
