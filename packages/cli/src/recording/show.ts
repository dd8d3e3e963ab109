import { createCollector } from '@portolan/collector'
import { type Clock, type Incident, type Log, timeOrUnknown } from '@portolan/core'
import type { Listen } from '@portolan/runtime'
import { makePageKey, pageToOpen } from '../page-key.ts'
import { createPlayer } from './player.ts'
import type { Recording } from './recording.ts'
import type { Replayed } from './replay.ts'

/** A recording on the page, as it went. */
export interface Show {
  /** @throws PortolanError port_in_use */
  start(): Promise<void>
  /** Tells all of it. The page stays until the stop. */
  play(signal: AbortSignal): Promise<Replayed>
  stop(): Promise<void>
  /** Where it is, with the key that lets in. */
  readonly page: string | null
}

/** Decides again about what was recorded, and serves the page, the API and the metrics of it meanwhile. */
export function createShow(
  { header, facts }: Recording,
  options: { listen: Listen; speed: number | null; clock: Clock; log: Log },
): Show {
  const incidents = new Map<string, Incident>()
  const names = new Set<string>()
  const { speed, clock } = options
  const access = { keys: [makePageKey()], isPrivate: false } as const
  const player = createPlayer({ speed, clock, from: timeOrUnknown(header.recordedAt) || clock.now() })
  const collector = createCollector({
    store: ':memory:',
    listen: options.listen,
    access,
    clock: player.clock,
    log: options.log,
    settings: (cluster) => header.settings[cluster] ?? {},
    replay: player.pace,
    onAssign() {},
    onBurst() {},
    onChange(change) {
      if ('incident' in change) incidents.set(`${change.cluster}/${change.incident.id}`, change.incident)
    },
  })
  return {
    start: collector.start,
    async play(signal) {
      const told = await player.play(
        facts,
        (fact) => {
          names.add(fact.cluster)
          collector.take(fact)
        },
        collector.flush,
        signal,
      )
      return { ...told, incidents: [...incidents.values()], clusters: [...names] }
    },
    stop: collector.stop,
    get page() {
      const { address } = collector
      if (address === null) return null
      return pageToOpen(`${address.url}/timeline`, access.keys[0])
    },
  }
}
