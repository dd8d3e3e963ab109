import type { ExitCode } from '@portolan/core'

/** Ends the program with the exit code of its command. A command may throw instead. */
export type End = (code: ExitCode) => void
