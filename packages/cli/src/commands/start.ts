import { type ErrorCode, PortolanError } from '@portolan/core'
import { createEngineWatch } from '@portolan/engine'
import { createLogger, systemClock } from '@portolan/runtime'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { demo, readDemoPlan } from './demo.ts'
import { DEFAULT_LISTEN, DEFAULT_MAX_SERIES } from '../settings.ts'
import { readWatchPlan, watch } from './watch.ts'

export function defineStart(command: Command, end: End): void {
  command.action(async () => {
    const { clusters, why } = await findClusters()
    if (clusters.length > 0) {
      const flags = { cluster: [], listen: DEFAULT_LISTEN, interval: '1s', maxSeries: DEFAULT_MAX_SERIES }
      end(await watch(readWatchPlan(flags, process.env), `Found ${clusters.join(', ')}: portolan watch.`))
    } else {
      end(await demo(readDemoPlan('story', {}), `${why}: portolan demo shows it on a practice cluster.`))
    }
  })
}

async function findClusters(): Promise<{ clusters: string[]; why: string }> {
  let clusters: string[] = []
  const engine = createEngineWatch({
    env: process.env,
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    onObservation: () => {},
    onClusters: (names) => {
      clusters = names
    },
    // watch says it.
    onRefused: () => {},
  })
  try {
    await engine.start()
    return { clusters, why: 'This machine has no kind cluster' }
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error
    return { clusters: [], why: WHY_NOT[error.code] ?? error.message }
  } finally {
    await engine.stop()
  }
}

const WHY_NOT: Partial<Record<ErrorCode, string>> = {
  engine_not_found: 'No container engine runs on this machine, so there is no kind cluster to watch',
  engine_forbidden: 'This user may not use the container engine of this machine',
  engine_unreachable: 'The container engine of this machine does not answer',
}
