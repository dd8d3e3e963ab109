import { setTimeout } from 'node:timers/promises'
import type { ExitCode } from '@portolan/core'
import { exitCodeOf, printFailure } from './failure.ts'

/** What nobody caught ends the process with a short message. A reader that has left, as `| head` does, is no fault. */
export function guardProcess(): void {
  process.on('uncaughtException', (error) => {
    printFailure(error)
    process.exit(exitCodeOf(error))
  })
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!isReaderGone(error)) throw error
    })
  }
}

export function isReaderGone(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

let isAsked = false

/** A person or the system asked this process to end. */
export function askToLeave(): void {
  isAsked = true
}

/** For a reader that is slow. */
const PATIENCE_MS = 500

/**
 * Ends the process when all that was said is out: whatever a part left open must not hold it back. Where somebody asked
 * it to end, a reader that stopped reading does not hold it back either.
 */
export async function leave(code: ExitCode): Promise<never> {
  const out = Promise.all([process.stdout, process.stderr].map(allWritten))
  await (isAsked ? Promise.race([out, setTimeout(PATIENCE_MS)]) : out)
  process.exit(code)
}

function allWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
