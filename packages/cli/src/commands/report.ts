import { closeSync, writeFileSync } from 'node:fs'
import type { StoreReader } from '@portolan/collector'
import { EXIT, PortolanError } from '@portolan/core'
import { openPrivateFile, systemClock } from '@portolan/runtime'
import { encodeReport } from '@portolan/wire'
import { type Command, Option } from 'commander'
import { addPeriodOptions, type PeriodFlags, readPeriod } from '../period.ts'
import type { End } from '../end.ts'
import { jsonText } from '../render/json.ts'
import { htmlOf } from '../report/html.ts'
import { markdownOf } from '../report/markdown.ts'
import { outline } from '../report/outline.ts'
import { gatherReport, type Report } from '../report/report.ts'
import { createFaults, STATE_OF_READERS } from '../settings.ts'
import { lastSeen, withStore } from '../stored.ts'

const FORMATS = ['markdown', 'html', 'json'] as const

interface ReportFlags extends PeriodFlags {
  incident?: string
  format: (typeof FORMATS)[number]
  output?: string
  state?: string
}

const USUAL_MS = 24 * 3_600_000

export function defineReport(command: Command, end: End): void {
  addPeriodOptions(command.option('--incident <id>', 'only this incident, by the id that portolan incidents lists'))
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).default('markdown'))
    .option('--output <file>', 'write to this file instead of standard output')
    .option('--state <folder>', STATE_OF_READERS)
    .action(async (flags: ReportFlags) => {
      const now = systemClock.now()
      const faults = createFaults()
      const period = readPeriod(flags, now, USUAL_MS, faults)
      const { incident } = flags
      if (incident !== undefined && (flags.since ?? flags.from ?? flags.to) !== undefined) {
        faults.add('--incident has a time of its own: leave --since, --from and --to out')
      }
      faults.check('report')
      const has = async (store: StoreReader) =>
        incident === undefined || (await store.incidents({ id: incident, limit: 1 })).length > 0
      const report = await withStore({ state: flags.state, has }, async (store) =>
        gatherReport(store, await lastSeen(store, now), incident === undefined ? period : { incident }, now),
      )
      put(textOf(report, flags.format), flags.output)
      end(EXIT.fine)
    })
}

function textOf(report: Report, format: ReportFlags['format']): string {
  switch (format) {
    case 'markdown':
      return markdownOf(outline(report))
    case 'html':
      return htmlOf(outline(report))
    case 'json':
      return `${jsonText(encodeReport(report), 2)}\n`
  }
}

function put(text: string, file: string | undefined): void {
  if (file === undefined) return void process.stdout.write(text)
  try {
    const opened = openPrivateFile(file)
    writeFileSync(opened, text)
    closeSync(opened)
  } catch (error) {
    if (error instanceof PortolanError) throw error
    const why = Error.isError(error) ? error.message : String(error)
    throw new PortolanError('usage', `the report cannot be written: ${why}`, 'name another file with --output', error)
  }
}
