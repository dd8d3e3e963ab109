import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Readable, type Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Fact, PortolanError } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import { type Header, type Recording, VERSION } from './recording.ts'

/**
 * Opens a recording, compressed or not.
 *
 * @param onCut told where it breaks off: what came before is good
 * @throws {PortolanError} usage when it cannot be read, is no recording, or a newer Portolan's; while its facts are read too
 */
export async function readRecording(file: string, onCut: (text: string) => void): Promise<Recording> {
  const lines = linesOf(file)
  const first = await lines.next().catch((error: unknown) => {
    throw unreadable(file, error)
  })
  const header = readHeader(file, first.done === true ? '' : first.value)
  return { header, facts: factsOf(file, lines, onCut) }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const unpack: Transform | null = file.endsWith('.gz') ? createGunzip() : null
  const text: Readable = unpack === null ? source : source.on('error', (error) => unpack.destroy(error)).pipe(unpack)
  let failure: Error | null = null
  const lines = createInterface({ input: text, crlfDelay: Infinity })
  text.on('error', (error) => {
    failure = error
    lines.close()
  })
  yield* lines
  if (failure !== null) throw failure
}

async function* factsOf(
  file: string,
  lines: AsyncIterator<string>,
  onCut: (text: string) => void,
): AsyncGenerator<Fact> {
  for (let number = 2; ; number += 1) {
    let line: IteratorResult<string>
    try {
      line = await lines.next()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw unreadable(file, error)
      return onCut(`${file} breaks off after line ${number - 1}`)
    }
    if (line.done === true) return
    if (line.value === '') continue
    const fact = tryDecode(line.value)
    if (fact === null) {
      const more = await lines.next().catch(() => ({ done: true }) as const)
      if (more.done === true) return onCut(`${file} breaks off in line ${number}`)
      throw new PortolanError('usage', `line ${number} of ${file} is no fact`, 'the recording is damaged: record anew')
    }
    yield fact
  }
}

function tryDecode(line: string): Fact | null {
  try {
    return decodeFact(line)
  } catch {
    return null
  }
}

function readHeader(file: string, line: string): Header {
  let header: Partial<Header> | null = null
  try {
    header = JSON.parse(line)
  } catch {
    // Said below.
  }
  if (header === null || typeof header !== 'object' || header.portolan !== 'recording') {
    throw new PortolanError('usage', `${file} is no recording of Portolan`, 'portolan record FILE makes one')
  }
  if (typeof header.version !== 'number' || header.version > VERSION) {
    throw new PortolanError(
      'usage',
      `${file} was recorded by a newer Portolan (version ${header.version})`,
      'update Portolan',
    )
  }
  return { settings: {}, recordedAt: '', anonymised: false, ...header } as Header
}

function unreadable(file: string, error: unknown): PortolanError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? message})`
  return new PortolanError('usage', `${file} ${why}`, 'portolan record FILE makes a recording', error)
}
