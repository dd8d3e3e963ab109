import { COMMANDS } from './commands.ts'
import { defineCheck } from './commands/check.ts'
import { guardProcess, leave } from './guard-process.ts'
import { runCommandLine } from './program.ts'

const ALONE = COMMANDS.filter(({ name }) => name === 'check').map((entry) => ({
  ...entry,
  load: async () => defineCheck,
}))

/** As `run`, for `check` of files. CI starts it often, so that the build puts all that it takes into one file. */
export async function run(words: string[]): Promise<never> {
  guardProcess()
  return leave(await runCommandLine(words, ALONE))
}
