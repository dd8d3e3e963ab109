import type { BatchedFact, Decided, Rollup } from '@portolan/core'
import type pg from 'pg'
import type { OnDamaged } from '../damage.ts'
import type { Batch } from '../store.ts'
import { rowsOfBatch } from './batch-rows.ts'
import type { Partitions } from './partitions.ts'
import { insertRows } from './rows.ts'
import { preparePartitions, writeBatch } from './write-batch.ts'

/** A bar of the page of a fleet is so long. */
export const BAR_MS = 15 * 60_000
const HOUR_MS = 3_600_000
/** How long what was counted is kept by the minute, and bars are. */
export const MINUTES_KEPT_MS = 14 * 24 * HOUR_MS
/** No cluster has more; whoever sends more fills no disk. */
export const MOST_PORTS = 10_000

/** What is written of it as any store writes it. */
function batchOf(facts: readonly BatchedFact<Decided>[]): Batch {
  const changes = facts.flatMap(({ observed }) => (observed.kind === 'change' ? [observed.change] : []))
  return {
    changes,
    incidents: facts.flatMap(({ observed }) => {
      if (observed.kind === 'incident') return [observed.incident]
      return observed.kind === 'change' && 'incident' in observed.change ? [observed.change.incident] : []
    }),
    epochs: facts.flatMap(({ observed }) => (observed.kind === 'epoch' ? [observed.epoch] : [])),
    notes: facts.flatMap(({ observed }) => (observed.kind === 'note' ? [observed.note] : [])),
  }
}

function rollupsOf(facts: readonly BatchedFact<Decided>[]): Rollup[] {
  return facts.flatMap(({ observed }) => (observed.kind === 'rollup' ? [observed.rollup] : []))
}

/** What would be removed again at once is not written: each day that is named is a table of its own. */
function keptIn(table: 'rollups_minute' | 'rollups_hour' | 'bars', rollups: readonly Rollup[], now: number): Rollup[] {
  return rollups.filter(({ at }) => table === 'rollups_hour' || at >= now - MINUTES_KEPT_MS)
}

/** Makes the stretches of tables that facts need, before the transaction that writes them. */
export async function prepareFor(
  partitions: Partitions,
  facts: readonly BatchedFact<Decided>[],
  now: number,
): Promise<void> {
  await preparePartitions(
    partitions,
    rowsOfBatch(batchOf(facts), () => {}),
  )
  const rollups = rollupsOf(facts)
  for (const table of ['rollups_minute', 'rollups_hour', 'bars'] as const)
    await partitions.prepare(
      table,
      keptIn(table, rollups, now).map(({ at }) => at),
    )
}

/**
 * Writes what a collector decided, within a transaction that has the row of its stream locked.
 *
 * @param beforeTimeline is called where the timeline gets new entries: in the order of their numbers they become visible
 * @returns the number of the last one; null where there is none
 */
export async function writeDecided(
  client: pg.ClientBase,
  { cluster, facts, now }: { cluster: string; facts: readonly BatchedFact<Decided>[]; now: number },
  beforeTimeline: () => Promise<void>,
  onDamaged: OnDamaged,
): Promise<number | null> {
  const batch = batchOf(facts)
  const rows = rowsOfBatch(batch, onDamaged)
  if (rows.changes.length > 0) await beforeTimeline()
  const entries = await writeBatch(client, rows, batch)
  await writePorts(client, cluster, facts)
  await writeRollups(client, cluster, rollupsOf(facts), now)
  return entries.at(-1)?.id ?? null
}

/** The last word on each port; `ports` says which of those before it are gone. */
async function writePorts(
  client: pg.ClientBase,
  cluster: string,
  facts: readonly BatchedFact<Decided>[],
): Promise<void> {
  const ports = new Map<string, (Decided & { kind: 'port' })['explanation']>()
  for (const { observed } of facts) {
    if (observed.kind === 'port') ports.set(observed.target, observed.explanation)
    if (observed.kind !== 'ports') continue
    for (const target of ports.keys()) if (!observed.targets.includes(target)) ports.delete(target)
    await client.query('DELETE FROM portolan.ports WHERE cluster = $1 AND target <> ALL ($2)', [
      cluster,
      observed.targets,
    ])
  }
  const gone = [...ports].flatMap(([target, explanation]) => (explanation === null ? [target] : []))
  if (gone.length > 0)
    await client.query('DELETE FROM portolan.ports WHERE cluster = $1 AND target = ANY ($2)', [cluster, gone])
  const rows = [...ports].flatMap(([target, explanation]) =>
    explanation === null
      ? []
      : [
          [
            cluster,
            target,
            explanation.target.state,
            explanation.target.darkProbability ?? 0,
            JSON.stringify(explanation.target),
            JSON.stringify(explanation),
          ],
        ],
  )
  await insertRows(client, 'ports', PORTS, rows, PORT_REPLACES)
  if (rows.length > 0) await client.query(SURPLUS_PORTS, [cluster])
}

/** Each counts once: its stream is locked, and what was taken in before is left out. */
async function writeRollups(
  client: pg.ClientBase,
  cluster: string,
  rollups: readonly Rollup[],
  now: number,
): Promise<void> {
  const summed = (kept: readonly Rollup[], lengthMs: number, keyOf: (rollup: Rollup) => string) => {
    const sums = new Map<string, Rollup>()
    for (const rollup of kept) {
      const at = rollup.at - (rollup.at % lengthMs)
      const key = `${at} ${keyOf(rollup)}`
      const { attempts, failed } = sums.get(key) ?? { attempts: 0, failed: 0 }
      sums.set(key, { ...rollup, at, attempts: attempts + rollup.attempts, failed: failed + rollup.failed })
    }
    return [...sums.values()]
  }
  const ofTarget = ({ target }: Rollup) => target
  for (const [table, lengthMs] of [
    ['rollups_minute', 60_000],
    ['rollups_hour', HOUR_MS],
  ] as const) {
    const rows = summed(keptIn(table, rollups, now), lengthMs, ofTarget).map(
      ({ target, at, attempts, failed, medianMs }) => [cluster, target, at, attempts, failed, medianMs],
    )
    await insertRows(
      client,
      table,
      ROLLUPS,
      rows,
      adding(table, 'cluster, target, at', ', median_ms = excluded.median_ms'),
    )
  }
  const bars = summed(keptIn('bars', rollups, now), BAR_MS, () => '').map(({ at, attempts, failed }) => [
    cluster,
    at,
    attempts,
    failed,
  ])
  await insertRows(client, 'bars', BARS, bars, adding('bars', 'at, cluster', ''))
}

const PORTS = ['cluster text', 'target text', 'state text', 'risk float8', 'view text', 'body text']
const PORT_REPLACES = `ON CONFLICT (cluster, target) DO UPDATE
  SET state = excluded.state, risk = excluded.risk, view = excluded.view, body = excluded.body`
const SURPLUS_PORTS = `DELETE FROM portolan.ports WHERE cluster = $1 AND target IN (
  SELECT target FROM portolan.ports WHERE cluster = $1 ORDER BY target OFFSET ${MOST_PORTS})`
const ROLLUPS = ['cluster text', 'target text', 'at bigint', 'attempts bigint', 'failed bigint', 'median_ms float8']
const BARS = ['cluster text', 'at bigint', 'attempts bigint', 'failed bigint']

function adding(table: string, keys: string, more: string): string {
  return `ON CONFLICT (${keys}) DO UPDATE
    SET attempts = ${table}.attempts + excluded.attempts, failed = ${table}.failed + excluded.failed${more}`
}
