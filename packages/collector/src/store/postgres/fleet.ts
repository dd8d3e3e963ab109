import type { TargetExplanation, TargetView } from '@portolan/core'
import { check, type OnDamaged } from '../damage.ts'
import { createRowReader } from '../read-rows.ts'
import type { Database } from './database.ts'
import type { Labels } from './hub-store.ts'
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
}

export interface OpenIncident {
  cluster: string
  target: string
  cause: string
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

/** What the page of a fleet is made of; each is of one cluster where one is named. */
export interface FleetReader {
  clusters(cluster?: string): Promise<FleetCluster[]>
  /** The oldest first. */
  openIncidents(cluster?: string): Promise<OpenIncident[]>
  /** How many probes there were in each stretch, and how many of them failed, from a time on. */
  bars(from: number, cluster?: string): Promise<{ cluster: string; at: number; attempts: number; failed: number }[]>
  /** When ports were dark, from a time on; later than any time for those that are. */
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
      const found = await ask<{
        cluster: string
        id: string
        target: string
        cause: string
        openedAt: number
        body: string
      }>(OPEN_INCIDENTS, [cluster ?? null])
      return found.flatMap(({ id, body, ...one }) =>
        rows.body<{ summary: string }>('incidents', { id, body }, () => {}).map(({ summary }) => ({ ...one, summary })),
      )
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

const CLUSTERS = `SELECT clusters.cluster, last_at AS "heardAt", labels, states, "atRisk" FROM portolan.clusters
  LEFT JOIN (
    SELECT cluster, json_object_agg(state, count) AS states, sum(risky)::int AS "atRisk"
    FROM (
      SELECT cluster, state, count(*), count(*) FILTER (WHERE state = 'up' AND risk > 0) AS risky
      FROM portolan.ports WHERE cluster = coalesce($1, cluster) GROUP BY cluster, state
    ) AS counted GROUP BY cluster
  ) AS ports ON ports.cluster = clusters.cluster
  WHERE clusters.cluster = coalesce($1, clusters.cluster) ORDER BY clusters.cluster`

const OPEN_INCIDENTS = `SELECT cluster, id, target, cause, opened_at AS "openedAt", body
  FROM portolan.incidents WHERE closed_at IS NULL AND cluster = coalesce($1, cluster) ORDER BY opened_at, id LIMIT 10000`

const BARS = `SELECT cluster, at, attempts, failed FROM portolan.bars WHERE at >= $1 AND cluster = coalesce($2, cluster)`

const OUTAGES = `SELECT cluster, opened_at AS "openedAt", ends_at AS "closedAt"
  FROM portolan.incidents WHERE ends_at >= $1 AND cluster = coalesce($2, cluster)`

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
