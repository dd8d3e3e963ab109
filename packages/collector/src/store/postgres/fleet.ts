import type { TargetExplanation, TargetView } from '@portolan/core'
import { check, type OnDamaged } from '../damage.ts'
import { createRowReader } from '../read-rows.ts'
import type { Database } from './database.ts'
import type { Labels } from './hub-store.ts'
import { BAR_MS } from './hub-batch.ts'
import { boundedRows } from './rows.ts'

/** A cluster, as its collector last reported it. Times are ms since the epoch. */
export interface FleetCluster {
  cluster: string
  heardAt: number
  labels: Labels
  ports: number
  /** How many ports are in each state. */
  states: Record<string, number>
  /** How many ports answer by luck: the next reschedule may take them down. */
  atRisk: number
  /** How many incidents are open; no more than so many are counted. */
  open: number
}

export interface OpenIncident {
  cluster: string
  target: string
  cause: string
  /** Empty where it is not the oldest of its cluster, or there are too many to be read. */
  summary: string
  openedAt: number
}

/** The incidents of one cause in one cluster, within a stretch of time. Times are ms since the epoch. */
export interface CauseInCluster {
  cause: string
  cluster: string
  incidents: number
  open: number
  /** How long its ports were dark in all, within the stretch: two at once count twice. */
  darkMs: number
  /** When the first of them opened, and the last. */
  since: number
  last: number
  /** The last of them. */
  incident: string
  target: string
}

/** What the page of a fleet is made of; each is of one cluster where one is named. No cluster takes the room of another one. */
export interface FleetReader {
  clusters(cluster?: string): Promise<FleetCluster[]>
  /** The oldest of each cluster first; of very many the oldest of each. */
  openIncidents(cluster?: string): Promise<OpenIncident[]>
  /** How many probes there were in each stretch, and how many of them failed, from a time on. */
  bars(from: number, cluster?: string): Promise<{ cluster: string; at: number; attempts: number; failed: number }[]>
  /** The stretches, each as long as a bar, in which ports were dark, from a time on; later than any time where they are. */
  outages(from: number, cluster?: string): Promise<{ cluster: string; openedAt: number; closedAt: number }[]>
  /**
   * Why ports were dark between two times, by cluster.
   *
   * @param range.heardSince of a cluster that was heard later, what is open lasts until `to`; of any other until it was heard
   */
  causes(range: { from: number; to: number; heardSince: number }): Promise<CauseInCluster[]>
  /** The ports of a cluster as they are now, or of all. @throws TooMuch */
  targets(cluster?: string): Promise<TargetView[]>
  /** Of the ports with this name, in one cluster or in all. */
  explain(target: string, cluster?: string): Promise<TargetExplanation[]>
  /** Of all ports of a cluster, or of all clusters. @throws TooMuch */
  explainAll(cluster?: string): Promise<TargetExplanation[]>
}

export function createFleetReader(database: Database, onDamaged: OnDamaged, mostBytes: number): FleetReader {
  const rows = createRowReader(onDamaged)

  async function ask<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await boundedAsk(text, values)) as T[]
  }
  const boundedAsk = (text: string, values: unknown[]) =>
    database.run((client) => boundedRows(client, mostBytes, text, values))

  async function explanations(text: string, values: unknown[]): Promise<TargetExplanation[]> {
    const found = await boundedAsk(text, values)
    return found.flatMap((row) => rows.body<TargetExplanation>('ports', row, check.explanation))
  }

  return {
    async clusters(cluster) {
      const found = await ask<{
        cluster: string
        heardAt: number
        labels: string
        states: Record<string, number> | null
        atRisk: number | null
        open: number
      }>(CLUSTERS, [cluster ?? null])
      return found.flatMap(({ labels, states, atRisk, ...one }) =>
        rows.read('clusters', one.cluster, () => ({
          ...one,
          labels: JSON.parse(labels) as Labels,
          states: states ?? {},
          atRisk: atRisk ?? 0,
          ports: Object.values(states ?? {}).reduce((sum, count) => sum + count, 0),
        })),
      )
    },
    async openIncidents(cluster) {
      const found = await ask<Omit<OpenIncident, 'summary'> & { id: string; body: string | null }>(OPEN_INCIDENTS, [
        cluster ?? null,
      ])
      return found.flatMap(({ id, body, ...one }) => {
        if (body === null) return [{ ...one, summary: '' }]
        const read = rows.body<{ summary: string }>('incidents', { id, body }, () => {})
        return read.map(({ summary }) => ({ ...one, summary }))
      })
    },
    bars: (from, cluster) => ask(BARS, [from, cluster ?? null]),
    outages: (from, cluster) => ask(OUTAGES, [from, cluster ?? null]),
    causes: ({ from, to, heardSince }) => ask(CAUSES, [from, to, heardSince]),
    async targets(cluster) {
      const found = await boundedAsk(TARGETS, [cluster ?? null])
      return found.flatMap((row) => rows.read('ports', row['id'], () => JSON.parse(String(row['body'])) as TargetView))
    },
    explain: (target, cluster) => explanations(EXPLAIN, [target, cluster ?? null]),
    explainAll: (cluster) => explanations(EXPLAIN_ALL, [cluster ?? null]),
  }
}

/** Of one cluster so many count, so that one that sends without end delays no answer about the others. */
const MOST_OPEN = 2000
const MOST_OUTAGES = 2000
/** Of all clusters together. */
const MOST_INCIDENTS = 10_000
const MOST_SUMMARY_BYTES = 8 * 1024 * 1024

const OPEN_OF_CLUSTER = `FROM portolan.incidents
  WHERE incidents.cluster = clusters.cluster AND closed_at IS NULL ORDER BY opened_at, id LIMIT ${MOST_OPEN}`

const CLUSTERS = `SELECT clusters.cluster, last_at AS "heardAt", labels, states, "atRisk",
    (SELECT count(*)::int FROM (SELECT ${OPEN_OF_CLUSTER}) AS open) AS open
  FROM portolan.clusters LEFT JOIN (
    SELECT cluster, json_object_agg(state, count) AS states, sum(risky)::int AS "atRisk"
    FROM (
      SELECT cluster, state, count(*), count(*) FILTER (WHERE state = 'up' AND risk > 0) AS risky
      FROM portolan.ports WHERE cluster = coalesce($1, cluster) GROUP BY cluster, state
    ) AS counted GROUP BY cluster
  ) AS ports ON ports.cluster = clusters.cluster
  WHERE clusters.cluster = coalesce($1, clusters.cluster) ORDER BY clusters.cluster`

/** Only of the oldest of a cluster the body is read, the shortest ones first: nobody's long ones are in the way of others. */
const OPEN_INCIDENTS = `SELECT cluster, id, target, cause, opened_at AS "openedAt",
    CASE WHEN place = 1 AND sum(bytes) OVER (ORDER BY bytes, cluster) <= ${MOST_SUMMARY_BYTES} THEN body END AS body
  FROM (
    SELECT *, CASE place WHEN 1 THEN octet_length(body) ELSE 0 END AS bytes FROM (
      SELECT one.*, row_number() OVER (PARTITION BY one.cluster ORDER BY opened_at, id) AS place
      FROM portolan.clusters CROSS JOIN LATERAL (SELECT incidents.* ${OPEN_OF_CLUSTER}) AS one
      WHERE clusters.cluster = coalesce($1, clusters.cluster)
    ) AS placed ORDER BY place, opened_at LIMIT ${MOST_INCIDENTS}
  ) AS first ORDER BY place, opened_at, id`

const BARS = `SELECT cluster, at, attempts, failed FROM portolan.bars WHERE at >= $1 AND cluster = coalesce($2, cluster)`

const OUTAGES = `SELECT cluster, lower(bars) * ${BAR_MS} AS "openedAt", upper(bars) * ${BAR_MS} - 1 AS "closedAt"
  FROM (
    SELECT clusters.cluster, unnest(range_agg(int8range(
      greatest(opened_at, $1::bigint) / ${BAR_MS}, greatest(ends_at, opened_at) / ${BAR_MS}, '[]'))) AS bars
    FROM portolan.clusters CROSS JOIN LATERAL (
      SELECT opened_at, ends_at FROM portolan.incidents
      WHERE incidents.cluster = clusters.cluster AND ends_at >= $1::bigint ORDER BY ends_at DESC LIMIT ${MOST_OUTAGES}
    ) AS one
    WHERE clusters.cluster = coalesce($2, clusters.cluster) GROUP BY clusters.cluster
  ) AS dark`

/** The casts keep the index in use: a parameter beside `dark_since` would be taken for a float8, which no index of a bigint answers. */
const CAUSES = `SELECT cause, cluster, count(*)::int AS incidents, count(*) FILTER (WHERE closed_at IS NULL)::int AS open,
    sum(greatest(0, least(coalesce(dark_until, closed_at, known_until), $2::bigint) - greatest(dark_since, $1::bigint))) AS "darkMs",
    min(opened_at) AS since, max(opened_at) AS last,
    (array_agg(id ORDER BY opened_at DESC, id))[1] AS incident,
    (array_agg(target ORDER BY opened_at DESC, id))[1] AS target
  FROM portolan.incidents JOIN (
    SELECT cluster AS name, CASE WHEN last_at >= $3::bigint THEN $2::bigint ELSE last_at END AS known_until FROM portolan.clusters
  ) AS heard ON name = cluster
  WHERE ends_at >= $1::bigint AND opened_at <= $2::bigint GROUP BY cause, cluster`

const TARGETS = `SELECT cluster || '/' || target AS id, view AS body FROM portolan.ports
  WHERE cluster = coalesce($1, cluster) ORDER BY cluster, target`

const EXPLAIN_ALL = `SELECT cluster || '/' || target AS id, body FROM portolan.ports
  WHERE cluster = coalesce($1, cluster) ORDER BY cluster, target`

const EXPLAIN = `SELECT cluster || '/' || target AS id, body FROM portolan.ports
  WHERE target = $1 AND cluster = coalesce($2, cluster) ORDER BY cluster`
