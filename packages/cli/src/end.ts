import type { ExitCode } from '@portolan/core'

/** A command says how it ended; what it throws is printed and ends it as well. */
export type End = (code: ExitCode) => void
