import { EXIT, PortolanError, printable } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import { addPeriodOptions, type PeriodFlags, readPeriod } from '../period.ts'
import type { End } from '../end.ts'
import { createAnonymiser } from '../recording/anonymise.ts'
import { factsOf } from '../recording/facts.ts'
import { type Header, VERSION } from '../recording/recording.ts'
import { writeRecording } from '../recording/write.ts'
import { createFaults, STATE_OF_READERS } from '../settings.ts'
import { withStore } from '../stored.ts'

interface RecordFlags extends PeriodFlags {
  cluster?: string
  anonymise?: boolean
  state?: string
}

const USUAL_MS = 24 * 3_600_000

export function defineRecord(command: Command, end: End): void {
  addPeriodOptions(command)
    .option('--cluster <name>', 'only this cluster (default: all)')
    .option('--anonymise', 'replace names, addresses and texts with made-up ones')
    .option('--state <folder>', STATE_OF_READERS)
    .action(async (file: string, flags: RecordFlags) => {
      const now = systemClock.now()
      const faults = createFaults()
      const period = readPeriod(flags, now, USUAL_MS, faults)
      faults.check('record')
      const count = await withStore(flags, async (store) => {
        const anonymise = flags.anonymise === true ? createAnonymiser() : null
        const views = await store.views()
        const settings = Object.fromEntries(views.map(({ cluster, settings }) => [cluster, settings]))
        const header: Header = {
          portolan: 'recording',
          version: VERSION,
          recordedAt: new Date(now).toISOString(),
          settings: anonymise === null ? settings : anonymise.settings(settings),
          anonymised: anonymise !== null,
        }
        async function* facts() {
          for await (const fact of factsOf(store, period, flags.cluster))
            yield anonymise === null ? fact : anonymise.fact(fact)
        }
        return writeRecording(file, header, facts())
      })
      if (count === 0)
        throw new PortolanError(
          'usage',
          'nothing was observed in this time',
          'Portolan keeps facts for a day; choose another time with --since or --from',
        )
      const advice =
        flags.anonymise === true
          ? 'Names and addresses are replaced; times, ports and the shape of the cluster are unchanged.'
          : 'The file holds names from your cluster: review it before you share it, or use --anonymise.'
      process.stdout.write(`${count} facts are in ${printable(file)}. ${advice}\n`)
      end(EXIT.fine)
    })
}
