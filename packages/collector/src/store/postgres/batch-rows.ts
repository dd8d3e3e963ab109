import type { Change } from '@portolan/core'
import { encodeFact } from '@portolan/wire'
import { damagedRow, type OnDamaged } from '../damage.ts'
import { asShownThen } from '../kept-incident.ts'
import type { Batch } from '../store.ts'
import type { Values } from './rows.ts'
import { NEVER } from './schema.ts'

/** What a batch writes into each table. A row that the schema does not take is left out: it must not keep the others out. */
export interface BatchRows {
  /** By when they were received. */
  facts: Values[]
  changes: { change: Change; values: Values }[]
  incidents: Values[]
  epochs: Values[]
  views: Values[]
  notes: Values[]
  streams: Values[]
}

export function rowsOfBatch(batch: Batch, onDamaged: OnDamaged): BatchRows {
  function whole<T>(table: string, id: unknown, values: () => T, row: (made: T) => Values): T[] {
    try {
      const made = values()
      for (const value of row(made)) checkValue(value)
      return [made]
    } catch (error) {
      onDamaged(damagedRow(table, id, error))
      return []
    }
  }
  const plain = (table: string, id: unknown, values: () => Values) => whole(table, id, values, (made) => made)

  return {
    facts: (batch.facts ?? []).flatMap((fact) => {
      const { cluster, source, boot, sequence, receivedAt } = fact
      return plain('facts', `${source} ${boot} ${sequence}`, () => [cluster, time(receivedAt), encodeFact(fact)])
    }),
    changes: (batch.changes ?? []).flatMap((change) =>
      whole(
        'timeline',
        `${change.type} at ${change.at}`,
        () => ({ change, values: valuesOf(change) }),
        ({ values }) => values,
      ),
    ),
    incidents: latest(batch.incidents ?? []).flatMap((incident) => {
      const kept = asShownThen(incident)
      const { cluster, id, target, cause, openedAt, closedAt, darkSince, darkUntil, symptoms } = kept
      return plain('incidents', id, () => [
        cluster,
        id,
        target,
        cause,
        time(openedAt),
        closedAt === null ? null : time(closedAt),
        closedAt ?? NEVER,
        darkSince,
        darkUntil,
        JSON.stringify(symptoms),
        JSON.stringify(kept),
      ])
    }),
    epochs: latest(batch.epochs ?? []).flatMap((epoch) => {
      const { cluster, id, target, startedAt, endedAt, mappedNode, podNodes, expectedUp } = epoch
      return plain('epochs', id, () => [
        cluster,
        id,
        target,
        time(startedAt),
        endedAt === null ? null : time(endedAt),
        endedAt ?? NEVER,
        JSON.stringify([mappedNode, podNodes, expectedUp]),
        JSON.stringify(epoch),
      ])
    }),
    views: (batch.views ?? []).flatMap(({ cluster, lastAt, explanations, settings, portless }) =>
      plain('clusters', cluster, () => [
        cluster,
        time(lastAt),
        JSON.stringify(explanations),
        JSON.stringify(settings),
        JSON.stringify(portless),
      ]),
    ),
    streams: (batch.streams ?? []).flatMap(({ cluster, source, boot, sequence, at }) =>
      plain('streams', `${source} ${boot}`, () => [cluster, source, boot, sequence, Math.trunc(at)]),
    ),
    // Who wrote the note waits for the answer: nothing is left out silently.
    notes: (batch.notes ?? []).map((note) => [note.id, note.cluster, note.from, note.to, JSON.stringify(note)]),
  }
}

/** In the order of the columns of the timeline after its id. */
function valuesOf(change: Change): Values {
  const { cluster, at, type } = change
  const target = 'target' in change ? change.target : null
  const began = type === 'gap' ? change.from : null
  const setBy = type === 'gap' ? (change.clockSetMs ?? null) : null
  return [cluster, time(at), type, target, began, setBy, drawnOf(change), JSON.stringify(change)]
}

/** What lanes are drawn from, where it is drawn. */
function drawnOf(change: Change): string | null {
  if (change.type === 'target.state') return JSON.stringify([change.state, change.previous, change.symptom])
  if (change.type !== 'placement.changed') return null
  const { workload, kind, reason, from, to } = change
  return JSON.stringify([workload, kind, reason, from, to])
}

/** The last of those with one name. */
function latest<T extends { cluster: string; id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify([one.cluster, one.id]), one])).values()]
}

/** @throws where it is none that a column of times takes */
function time(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Error(`${String(value)} is no time`)
  return value
}

/** @throws where PostgreSQL does not take it: a text with a NUL, a number that is none */
function checkValue(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0')) throw new Error('a text with a NUL in it')
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} is no number`)
  if (value === undefined) throw new Error('a value is missing')
}
