import type { Log } from '@portolan/core'
import { pino, stdTimeFunctions } from 'pino'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * One JSON object a line, written at once, so that the last words of a process that dies are there as well. Programs
 * whose standard output is their answer log to standard error.
 */
export function createLogger(options: { level: LogLevel; to?: 'stdout' | 'stderr' }): Log {
  const stream = options.to === 'stdout' ? process.stdout : process.stderr
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
}
