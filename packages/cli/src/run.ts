import { guardProcess, leave } from './guard-process.ts'
import { runCommandLine } from './program.ts'

/** Runs one command line, and ends the process with its exit code. */
export async function run(words: string[]): Promise<never> {
  guardProcess()
  return leave(await runCommandLine(words))
}
