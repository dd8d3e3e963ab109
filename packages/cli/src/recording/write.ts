import { createWriteStream } from 'node:fs'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Fact, PortolanError } from '@portolan/core'
import { openPrivateFile } from '@portolan/runtime'
import { encodeFact } from '@portolan/wire'
import type { Header } from './recording.ts'

/**
 * Writes a recording, compressed where the file is called `.gz`.
 *
 * @returns how many facts it holds
 * @throws {PortolanError} usage when the file cannot be written
 */
export async function writeRecording(file: string, header: Header, facts: AsyncIterable<Fact>): Promise<number> {
  let count = 0
  async function* lines(): AsyncGenerator<string> {
    yield `${JSON.stringify(header)}\n`
    for await (const fact of facts) {
      count += 1
      yield `${encodeFact(fact)}\n`
    }
  }
  const squeeze: Transform[] = file.endsWith('.gz') ? [createGzip()] : []
  try {
    await pipeline([Readable.from(lines()), ...squeeze, createWriteStream(file, { fd: openPrivateFile(file) })])
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof PortolanError) throw error
    throw new PortolanError(
      'usage',
      `${file} cannot be written (${code})`,
      'name a file in a folder that exists',
      error,
    )
  }
  return count
}
