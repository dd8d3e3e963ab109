import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

/** What a program that probes exports of itself; its outcomes are counted by the collector alone. */
export interface Health {
  late(ms: number): void
  skipped(reason: string): void
  /** Puts the longest delay since the last time into the metric. */
  sampleLag(): void
  stop(): void
}

const LATENESS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** How often Node looks at its event loop; what it then tells includes this wait. */
const RESOLUTION_MS = 100

/** @param skipReasons all that there are */
export function createHealth(
  metrics: Pick<Metrics, 'counter' | 'gauge' | 'histogram'>,
  component: string,
  skipReasons: readonly string[],
): Health {
  const lateness = metrics.histogram(
    'portolan_scheduler_lateness_seconds',
    'How late probes started',
    ['component'],
    LATENESS_SECONDS,
  )
  const skips = metrics.counter('portolan_probes_skipped_total', 'Probes that were due and did not start', [
    'component',
    'reason',
  ])
  const lag = metrics.gauge('portolan_eventloop_lag_seconds', 'The longest recent delay of the event loop', [
    'component',
  ])
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  for (const reason of skipReasons) skips.add({ component, reason }, 0)

  return {
    late: (ms) => lateness.observe({ component }, ms / 1000),
    skipped: (reason) => skips.add({ component, reason }),
    sampleLag() {
      lag.set({ component }, Math.max(0, delays.max / 1e9 - RESOLUTION_MS / 1000))
      delays.reset()
    },
    stop: () => void delays.disable(),
  }
}
