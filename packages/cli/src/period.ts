import { readDuration } from '@portolan/base'
import type { Command } from 'commander'
import { type Faults } from './settings.ts'

/** A stretch of time, ms since the epoch. */
export interface Period {
  from: number
  to: number
}

export interface PeriodFlags {
  since?: string
  from?: string
  to?: string
}

export function addPeriodOptions(command: Command): Command {
  return command
    .option('--since <duration>', 'how far back from now, e.g. 30m or 24h')
    .option('--from <time>', 'ISO 8601, e.g. 2026-11-25T12:00 (local) or 2026-11-25T11:00Z')
    .option('--to <time>', 'ISO 8601 (default: now)')
}

/** @param usualMs how long it is where nothing is said */
export function readPeriod(flags: PeriodFlags, now: number, usualMs: number, faults: Faults): Period {
  const to = flags.to === undefined ? now : readTime('--to', flags.to, faults)
  if (flags.from !== undefined) {
    if (flags.since !== undefined) faults.add('--since and --from cannot be combined: give one of them')
    const from = readTime('--from', flags.from, faults)
    if (from >= to) faults.add(flags.to === undefined ? '--from is in the future' : '--to is not after --from')
    return { from, to }
  }
  const sinceMs = flags.since === undefined ? usualMs : readDuration(flags.since)
  if (sinceMs === null) faults.add(`--since is "${flags.since}", expected a duration, e.g. 30m or 24h`)
  return { from: to - (sinceMs ?? 0), to }
}

function readTime(option: string, text: string, faults: Faults): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    faults.add(`${option} is "${text}", expected a time, e.g. 2026-11-25T12:00 or 2026-11-25T11:00Z`)
  return at
}
