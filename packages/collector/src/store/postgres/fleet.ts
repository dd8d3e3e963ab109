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
}

export interface OpenIncident {
  cluster: string
  target: string
  cause: string
  summary: string
  openedAt: number
}

/** What the page of a fleet is made of. */
export interface FleetReader {
  clusters(): Promise<FleetCluster[]>
  /** The oldest first. */
  openIncidents(): Promise<OpenIncident[]>
  /** How many probes there were in each stretch, and how many of them failed, from a time on. */
  bars(from: number): Promise<{ cluster: string; at: number; attempts: number; failed: number }[]>
  /** When ports were dark, from a time on; later than any time for those that are. */
  outages(from: number): Promise<{ cluster: string; openedAt: number; closedAt: number }[]>
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
    async clusters() {
      const found = await ask<{
        cluster: string
        heardAt: number
        labels: string
        states: Record<string, number> | null
      }>(CLUSTERS)
      return found.flatMap(({ labels, states, ...one }) =>
        rows.read('clusters', one.cluster, () => ({
          ...one,
          labels: JSON.parse(labels) as Labels,
          states: states ?? {},
          ports: Object.values(states ?? {}).reduce((sum, count) => sum + count, 0),
        })),
      )
    },
    async openIncidents() {
      const found = await ask<{
        cluster: string
        id: string
        target: string
        cause: string
        openedAt: number
        body: string
      }>(OPEN_INCIDENTS)
      return found.flatMap(({ id, body, ...one }) =>
        rows.body<{ summary: string }>('incidents', { id, body }, () => {}).map(({ summary }) => ({ ...one, summary })),
      )
    },
    bars: (from) => ask(BARS, [from]),
    outages: (from) => ask(OUTAGES, [from]),
    async targets(cluster) {
      const found = await boundedAsk(TARGETS, [cluster ?? null])
      return found.flatMap((row) => rows.read('ports', row['id'], () => JSON.parse(String(row['body'])) as TargetView))
    },
    explain: (target, cluster) => explanations(EXPLAIN, [target, cluster ?? null]),
    explainAll: (cluster) => explanations(EXPLAIN_ALL, [cluster ?? null]),
  }
}

const CLUSTERS = `SELECT clusters.cluster, last_at AS "heardAt", labels, states FROM portolan.clusters
  LEFT JOIN (
    SELECT cluster, json_object_agg(state, count) AS states
    FROM (SELECT cluster, state, count(*) FROM portolan.ports GROUP BY cluster, state) AS counted GROUP BY cluster
  ) AS ports ON ports.cluster = clusters.cluster
  ORDER BY clusters.cluster`

const OPEN_INCIDENTS = `SELECT cluster, id, target, cause, opened_at AS "openedAt", body
  FROM portolan.incidents WHERE closed_at IS NULL ORDER BY opened_at, id LIMIT 10000`

const BARS = 'SELECT cluster, at, attempts, failed FROM portolan.bars WHERE at >= $1'

const OUTAGES = `SELECT cluster, opened_at AS "openedAt", ends_at AS "closedAt" FROM portolan.incidents WHERE ends_at >= $1`

const TARGETS = `SELECT cluster || '/' || target AS id, view AS body FROM portolan.ports
  WHERE cluster = coalesce($1, cluster) ORDER BY cluster, target`

const EXPLAIN_ALL = `SELECT cluster || '/' || target AS id, body FROM portolan.ports
  WHERE cluster = coalesce($1, cluster) ORDER BY cluster, target`

const EXPLAIN = `SELECT cluster || '/' || target AS id, body FROM portolan.ports
  WHERE target = $1 AND cluster = coalesce($2, cluster) ORDER BY cluster`
