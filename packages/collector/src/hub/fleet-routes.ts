import type { Clock } from '@portolan/core'
import { type FleetCausesDocument, type FleetDocument, toTimestamp } from '@portolan/wire'
import { Router } from 'express'
import * as z from 'zod'
import { Problem } from '../api/problem.ts'
import { range, readQuery, whole } from '../api/query.ts'
import type { CauseInCluster, FleetReader, OpenIncident } from '../store/postgres/fleet.ts'
import { BAR_MS } from '../store/postgres/hub-batch.ts'
import { readCauses, readFleet } from './fleet.ts'

const LABEL = /^label\.([A-Za-z0-9._/-]{1,63})$/
const HOURS = whole.refine((hours) => hours >= 1 && hours <= 14 * 24, 'expected 1 to 336').default(12)
const CHOICE = { search: z.string().max(200).optional(), cluster: range.cluster }
const DAY_MS = 24 * 3_600_000
const LONGEST_DAYS = 395

/** All clusters at once. */
export function fleetRoutes({ fleet, clock }: { fleet: FleetReader; clock: Clock }): Router {
  const router = Router()

  router.get('/fleet', async (request, response) => {
    const { labels: wanted, rest } = readLabels(request.query)
    const query = readQuery({ ...CHOICE, hours: HOURS }, rest)
    const { from, to, rows, shared, ...all } = await readFleet(fleet, { ...query, labels: wanted }, clock.now())
    response.json({
      from: toTimestamp(from),
      to: toTimestamp(to),
      barSeconds: BAR_MS / 1000,
      ...all,
      clusters: rows.map(({ worst, heardAt, ...row }) => ({
        ...row,
        heardAt: toTimestamp(heardAt),
        worst: worst === null ? null : worstDocument(worst),
      })),
      shared: shared.map((one) => ({ ...one, since: toTimestamp(one.since) })),
    } as FleetDocument)
  })

  router.get('/fleet/causes', async (request, response) => {
    const now = clock.now()
    const { labels, rest } = readLabels(request.query)
    const { to = now, ...query } = readQuery({ ...CHOICE, from: range.from, to: range.to }, rest)
    const { from = to - DAY_MS } = query
    if (from > to || to - from > LONGEST_DAYS * DAY_MS)
      throw new Problem(400, `from: expected a time before to, and at most ${LONGEST_DAYS} days`)
    const causes = await readCauses(fleet, { ...query, labels }, { from, to: Math.min(to, now), now })
    response.json({
      from: toTimestamp(from),
      to: toTimestamp(to),
      causes: causes.map(({ cause, clusters, ...one }) => ({
        cause,
        ...sums(one),
        clusters: clusters.map(({ cluster, incident, target, ...its }) => ({
          cluster,
          incident,
          target,
          ...sums(its),
        })),
      })),
    } as FleetCausesDocument)
  })

  return router
}

/** What `label.NAME=VALUE` says, and the rest of the query. */
function readLabels(query: object): { labels: Record<string, string>; rest: Record<string, unknown> } {
  const all = Object.entries(query).map(([key, value]) => [LABEL.exec(key)?.[1], key, value] as const)
  return {
    labels: Object.fromEntries(all.flatMap(([name, , value]) => (name === undefined ? [] : [[name, String(value)]]))),
    rest: Object.fromEntries(all.flatMap(([name, key, value]) => (name === undefined ? [[key, value]] : []))),
  }
}

/** The same of a cause in all clusters, and in one. */
function sums({
  incidents,
  open,
  darkMs,
  since,
  last,
}: Pick<CauseInCluster, 'incidents' | 'open' | 'darkMs' | 'since' | 'last'>) {
  return { incidents, open, darkSeconds: darkMs / 1000, since: toTimestamp(since), last: toTimestamp(last) }
}

function worstDocument({ target, cause, summary, openedAt }: OpenIncident) {
  return { target, cause, summary, openedAt: toTimestamp(openedAt) }
}
