import type { ExitCode } from '@portolan/core'
import { exitCodeOf, failureText } from './failure.ts'

/** What nobody caught ends the process with a short message. A reader that has left, as `| head` does, is no fault. */
export function guardProcess(): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(failureText(error, process.env.DEBUG !== undefined))
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

/** Ends the process when all that was said is out: whatever a part left open must not hold back who asked to leave. */
export async function leave(code: ExitCode): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()))
  }
  process.exit(code)
}
