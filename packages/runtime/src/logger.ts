import { escapeInJson, type Log, mapStrings, shorten } from '@portolan/core'
import { pino, stdTimeFunctions } from 'pino'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * One JSON object a line, written at once, so that the last words of a process that dies are there as well. Programs
 * whose standard output is their answer log to standard error. No line does anything to a terminal that shows it, and no string in a long one is without a bound.
 */
export function createLogger(options: { level: LogLevel; to?: 'stdout' | 'stderr' }): Log {
  const stream = options.to === 'stdout' ? process.stdout : process.stderr
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: lineOf },
    },
    stream,
  )
}

/** Characters of a line whose strings need no bound. */
const LONG = 16_384

function lineOf(line: string): string {
  const bounded = line.length > LONG ? `${JSON.stringify(mapStrings(JSON.parse(line) as unknown, shorten))}\n` : line
  return escapeInJson(bounded)
}
