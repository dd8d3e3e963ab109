import type { TargetView } from '@portolan/core'
import {
  encodeEpochs,
  encodeIncident,
  encodeIncidents,
  encodeLanes,
  encodeNote,
  encodeProbes,
  encodeTimeline,
} from '@portolan/wire'
import { Problem } from '../api/problem.ts'
import { type LanesQuery, readLanes } from '../lanes.ts'
import type { Range, StoreReader } from '../store/store.ts'
import { TooMuch } from '../store/too-much.ts'
import { type ProbesQuery, readProbes } from './probes.ts'

/** Notes, and events of whole clusters, in one picture. */
const MOST_MARKS = 1000

type Query<Name extends 'incidents' | 'epochs' | 'notes'> = Parameters<StoreReader[Name]>[0]

/** What the API answers out of the store: to read, draw and encode it takes long where there is much. */
const ANSWERS = {
  incidents: async (store: StoreReader, { now, ...query }: Query<'incidents'> & { now: number }) =>
    encodeIncidents(await store.incidents(query), now),

  /** @param asked.cluster where it is not given, of whichever cluster: a hub may have an incident of this name of two of them */
  async incident(
    store: StoreReader,
    { id, cluster, now }: { id: string; cluster: string | undefined; now: number },
  ): Promise<object> {
    const [incident] = await store.incidents({ id, ...(cluster !== undefined && { cluster }), limit: 1 })
    if (incident === undefined) throw new Problem(404, `there is no incident ${id}; /api/v1/incidents lists them`)
    return encodeIncident(incident, now)
  },

  epochs: async (store: StoreReader, query: Query<'epochs'>) => encodeEpochs(await store.epochs(query)),

  notes: async (store: StoreReader, query: Query<'notes'>) => ({ notes: (await store.notes(query)).map(encodeNote) }),

  async timeline(
    store: StoreReader,
    query: Range & { from: number; to: number; targets?: string[]; limit: number },
  ): Promise<object> {
    const { from, to, limit } = query
    const found = await store.timeline({ ...query, limit: limit + 1 })
    const entries = found.slice(0, limit).map(({ change }) => change)
    return encodeTimeline({ from, to, entries, complete: found.length <= limit })
  },

  async lanes(store: StoreReader, { current, ...query }: LanesQuery & { current: TargetView[] }): Promise<object> {
    const { from, to, resolutionMs } = query
    const drawn = await readLanes(store, current, query)
    const notes = await store.notes({ ...query, limit: MOST_MARKS })
    const events = await store.events({ ...query, limit: MOST_MARKS })
    return encodeLanes({ from, to, resolutionMs, ...drawn, events, notes })
  },

  probes: async (store: StoreReader, query: ProbesQuery) => encodeProbes(await readProbes(store, query)),
} satisfies Record<string, (store: StoreReader, asked: never) => Promise<object>>

export type AnswerName = keyof typeof ANSWERS
export type Asked<Name extends AnswerName> = Parameters<(typeof ANSWERS)[Name]>[1]

const MOST_BYTES = 16 * 1024 * 1024

/**
 * The answer as JSON in UTF-8, in a buffer of its own.
 *
 * @throws {Problem} 400 where it would be longer than 16 MiB
 */
export async function makeAnswer<Name extends AnswerName>(
  store: StoreReader,
  name: Name,
  asked: Asked<Name>,
): Promise<Uint8Array<ArrayBuffer>> {
  const make = ANSWERS[name] as (store: StoreReader, asked: Asked<Name>) => Promise<object>
  const made = await make(store, asked).catch((error: unknown) => {
    throw error instanceof TooMuch ? tooLong() : error
  })
  const text = JSON.stringify(made)
  if (text.length > MOST_BYTES) throw tooLong()
  return new TextEncoder().encode(text)
}

function tooLong(): Problem {
  return new Problem(
    400,
    'the answer would be longer than 16 MiB: ask for a shorter time, fewer ports or a lower limit',
  )
}
