import type { Clock } from '@portolan/core'
import type { Live } from './live.ts'
import { SHOW_CURSOR } from './render/screen.ts'
import { styleFor } from './render/style.ts'
import { jsonReporter, plainReporter, tableReporter } from './reporters.ts'
import type { Reporter } from './watch-session.ts'

/** JSON where it was asked for, the live table on a terminal, else plain lines. */
export function chooseReporter(options: {
  json: boolean
  clock: Clock
  live: () => Live
  /** Lines above the table. */
  above?: (width: number) => string[]
}): Reporter {
  const { stdout, stderr, env } = process
  if (options.json) return jsonReporter(stdout, stderr)
  const style = styleFor(stdout, env)
  if (!stdout.isTTY) return plainReporter(stdout, style, options.live)
  const reporter = tableReporter({ ...options, terminal: stdout, style })
  stdout.on('resize', reporter.refresh)
  process.once('exit', () => stdout.write(SHOW_CURSOR))
  return reporter
}
