import { join } from 'node:path'
import { openStoreReader, type StoreReader } from '@portolan/collector'
import { EXIT, type Incident } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeIncidents } from '@portolan/wire'
import type { Command } from 'commander'
import { stateFolderOf } from '../live.ts'
import type { End } from '../program.ts'
import { verdictText } from '../render/incident.ts'
import { dateText, durationText, fit, portText } from '../render/words.ts'
import { createFaults, readDuration } from '../settings.ts'

interface IncidentsFlags {
  open?: boolean
  since: string
  json?: boolean
  state?: string
}

const LIMIT = 10_000

export function addIncidents(program: Command, end: End): void {
  program
    .command('incidents')
    .description('list the incidents that were seen, newest first; works while watch runs')
    .option('--open', 'only those that are open')
    .option('--since <duration>', 'only those that lasted within this time', '24h')
    .option('--json', 'one JSON document, as docs/schema/incidents.json')
    .option('--state <folder>', 'where watch keeps what it saw (default: $XDG_STATE_HOME/portolan)')
    .action(async (flags: IncidentsFlags) => {
      const faults = createFaults()
      const sinceMs = readDuration(flags.since)
      if (sinceMs === null) faults.add(`--since is "${flags.since}", expected a duration, as 30m or 24h`)
      faults.check('incidents')
      const store = openStoreReader(join(stateFolderOf(flags.state, process.env), 'portolan.db'))
      const now = systemClock.now()
      try {
        const state = flags.open === true ? { state: 'open' as const } : {}
        const found = await store.incidents({ from: now - (sinceMs ?? 0), limit: LIMIT, ...state })
        const text =
          flags.json === true
            ? JSON.stringify(encodeIncidents(found, now), null, 2)
            : incidentTable(found, now, await lastLooks(store)).join('\n')
        process.stdout.write(`${text}\n`)
        end(found.some((incident) => incident.closedAt === null) ? EXIT.fault : EXIT.fine)
      } finally {
        store.close()
      }
    })
}

/** A watch says at least so often that it still looks, ms, with room for a busy machine. */
const LOOKS_MS = 30_000

async function lastLooks(store: StoreReader): Promise<ReadonlyMap<string, number>> {
  return new Map((await store.views()).map(({ cluster, lastAt }) => [cluster, lastAt]))
}

/** @param lastLooks when each cluster was last looked at: what was open then may be over since; left out: now */
export function incidentTable(
  incidents: readonly Incident[],
  now: number,
  lastLooks: ReadonlyMap<string, number> = new Map(),
): string[] {
  if (incidents.length === 0) return ['No incidents in this time.']
  const several = new Set(incidents.map((one) => one.cluster)).size > 1
  return incidents.flatMap((incident) => {
    const until = incident.darkUntil ?? incident.closedAt
    const looked = lastLooks.get(incident.cluster) ?? now
    const isLookedAt = now - looked < LOOKS_MS
    const standing =
      until !== null ? '' : isLookedAt ? ', still dark' : `, and dark when last looked at, ${dateText(looked)}`
    const dark = `${durationText((until ?? (isLookedAt ? now : looked)) - incident.darkSince)}${standing}`
    const port = portText(incident.target, incident.cluster, several)
    return [
      `${dateText(incident.darkSince)}  ${fit(port, Math.max(7, port.length))}  ${verdictText(incident)}; ${dark}  [${incident.id}]`,
      `    ${incident.summary}`,
    ]
  })
}
