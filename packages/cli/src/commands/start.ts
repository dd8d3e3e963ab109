import type { ErrorCode, PortolanError } from '@portolan/core'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { findOwnClusters } from '../own-clusters.ts'
import { demo, readDemoPlan } from './demo.ts'
import { DEFAULT_LISTEN, DEFAULT_MAX_SERIES } from '../settings.ts'
import { readWatchPlan, watch } from './watch.ts'

export function defineStart(command: Command, end: End): void {
  command.action(async () => {
    const { names, trouble } = await findOwnClusters(process.env)
    if (names.length > 0) {
      const flags = { cluster: [], listen: DEFAULT_LISTEN, interval: '1s', maxSeries: DEFAULT_MAX_SERIES }
      end(await watch(readWatchPlan(flags, process.env), `Found ${names.join(', ')}: portolan watch.`))
    } else {
      end(
        await demo(
          readDemoPlan('story', {}),
          `${whyNone(trouble)}: starting portolan demo, a simulated cluster, instead.`,
        ),
      )
    }
  })
}

function whyNone(trouble: PortolanError | null): string {
  return trouble === null ? 'This machine has no cluster in containers' : (WHY_NOT[trouble.code] ?? trouble.message)
}

const WHY_NOT: Partial<Record<ErrorCode, string>> = {
  engine_not_found: 'No container engine runs on this machine, so there is no cluster in containers to watch',
  engine_forbidden: 'This user may not use the container engine of this machine',
  engine_unreachable: 'The container engine of this machine does not answer',
}
