import { readDuration } from '@portolan/base'
import type { StoreReader } from '@portolan/collector'
import { darkWord, EXIT, type Incident, printableAll, routesText, summaryText } from '@portolan/core'
import { systemClock } from '@portolan/runtime'
import { encodeIncidents } from '@portolan/wire'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import type { Period } from '../period.ts'
import { addOutputOptions, documentText, type OutputFlags } from '../render/document.ts'
import { verdictTitle } from '../render/incident.ts'
import { dateText, durationText, fit, portText } from '../render/words.ts'
import { createFaults, STATE_OF_READERS } from '../settings.ts'
import { lastSeen, withStore } from '../stored.ts'
import { wasWatched } from '../watched.ts'

interface IncidentsFlags extends OutputFlags {
  open?: boolean
  since: string
  state?: string
}

const LIMIT = 10_000

export function defineIncidents(command: Command, end: End): void {
  addOutputOptions(command, 'incidents')
    .option('--open', 'only open incidents')
    .option('--since <duration>', 'only incidents within this time', '24h')
    .option('--state <folder>', STATE_OF_READERS)
    .action(async (flags: IncidentsFlags) => {
      const faults = createFaults()
      const sinceMs = readDuration(flags.since)
      if (sinceMs === null) faults.add(`--since is "${flags.since}", expected a duration, e.g. 30m or 24h`)
      faults.check('incidents')
      const now = systemClock.now()
      await withStore(flags, async (store) => {
        const state = flags.open === true ? { state: 'open' as const } : {}
        const found = await store.incidents({ from: now - (sinceMs ?? 0), limit: LIMIT, ...state })
        const text = await documentText(flags, () => encodeIncidents(found, now))
        const lines = () => incidentLines(store, found, { from: now - (sinceMs ?? 0), to: now })
        process.stdout.write(text ?? `${(await lines()).join('\n')}\n`)
        end(found.some((incident) => incident.closedAt === null) ? EXIT.fault : EXIT.fine)
      })
    })
}

/** The incidents of a time that ends now; where there are none, whether anything was watched in it. */
export async function incidentLines(store: StoreReader, found: readonly Incident[], period: Period): Promise<string[]> {
  const seen = await lastSeen(store, period.to)
  if (found.length > 0) return incidentTable(found, period.to, seen.looks)
  return [(await wasWatched(store, seen, period)) ? 'No incidents in this time.' : 'Nothing was watched in this time.']
}

/** @param looks when the clusters that nobody looks at any more were looked at last */
export function incidentTable(
  incidents: readonly Incident[],
  now: number,
  looks: ReadonlyMap<string, number> = new Map(),
): string[] {
  const several = new Set(incidents.map((one) => one.cluster)).size > 1
  return incidents.flatMap((given) => {
    const incident = printableAll(given)
    const until = incident.darkUntil ?? incident.closedAt
    const looked = looks.get(given.cluster)
    const standing =
      until !== null
        ? ''
        : looked === undefined
          ? `, still ${darkWord(incident.target)}`
          : `, and ${darkWord(incident.target)} when last looked at, ${dateText(looked)}`
    const dark = `${durationText((until ?? looked ?? now) - incident.darkSince)}${standing}`
    const port = portText(incident.target, incident.cluster, several)
    return [
      `${dateText(incident.darkSince)}  ${fit(port, Math.max(7, port.length))}  ${dark}: ${verdictTitle(incident)}  (${incident.id})`,
      `    ${[summaryText(incident), routesText(incident)].filter((one) => one !== null).join(' ')}`,
    ]
  })
}
