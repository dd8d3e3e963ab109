import { isTime, type RouteExplanation, type TargetExplanation, type TargetView } from '@portolan/core'
import type { StreamPlace } from '../ingest/streams.ts'
import { check, damagedRow, type OnDamaged } from './damage.ts'
import type { ClusterView, Writer } from './store.ts'

export type Row = Record<string, unknown>

/** Decodes rows, whatever database they are from. Each function gives nothing where the row is damaged. */
export interface RowReader {
  read<T>(table: string, id: unknown, decode: () => T): T[]
  /** The JSON in the column `body`, of the row that `id` names. @param checked throws where it is not what it should be */
  body<T>(table: string, row: Row, checked: (value: T) => void): T[]
  stream(row: Row): StreamPlace[]
  view(row: Row): ClusterView[]
  writer(body: unknown): Writer | null
}

export function createRowReader(onDamaged: OnDamaged): RowReader {
  function read<T>(table: string, id: unknown, decode: () => T): T[] {
    try {
      return [decode()]
    } catch (error) {
      onDamaged(damagedRow(table, id, error))
      return []
    }
  }

  /** A store that only an older version wrote has none. */
  function portlessIn(cluster: unknown, body: unknown): RouteExplanation[] {
    return (JSON.parse(typeof body === 'string' ? body : '[]') as RouteExplanation[]).flatMap((explanation) =>
      read('clusters', `${String(cluster)}, one of its routes`, () => {
        check.route(explanation)
        return explanation
      }),
    )
  }

  /** Those that can be told: a port that cannot hides none of the others. */
  function explanationsIn(cluster: unknown, body: unknown): TargetExplanation[] {
    return (JSON.parse(String(body)) as TargetExplanation[]).flatMap((explanation) =>
      read('clusters', `${String(cluster)}, one of its ports`, () => {
        // One that an older version kept knows of no routes.
        const { routes }: Partial<TargetExplanation> = explanation
        const { routes: behind }: Partial<TargetView> = explanation.target
        const whole = { ...explanation, routes: routes ?? [], target: { ...explanation.target, routes: behind ?? [] } }
        check.explanation(whole)
        return whole
      }),
    )
  }

  return {
    read,
    body: (table, row, checked) =>
      read(table, row['id'], () => {
        const value = JSON.parse(String(row['body']))
        checked(value)
        return value
      }),
    stream: ({ cluster, source, boot, sequence, at }) =>
      read('streams', `${String(source)} ${String(boot)}`, () => ({
        cluster: String(cluster),
        source: String(source),
        boot: String(boot),
        sequence: Number(sequence),
        at: timeOf(at),
      })),
    view: ({ cluster, last_at, body, settings, portless }) =>
      read('clusters', cluster, () => ({
        cluster: String(cluster),
        lastAt: timeOf(last_at),
        explanations: explanationsIn(cluster, body),
        settings: objectIn(settings),
        portless: portlessIn(cluster, portless),
      })),
    writer: (body) => read('writer', 1, () => writerIn(body))[0] ?? null,
  }
}

/** @throws where it is none */
function timeOf(value: unknown): number {
  if (!isTime(value)) throw new Error(`${String(value)} is no time`)
  return value
}

/** @throws where it is none */
function objectIn(body: unknown): Record<string, unknown> {
  const value: unknown = JSON.parse(String(body))
  if (typeof value !== 'object' || value === null) throw new Error('expected an object')
  return value as Record<string, unknown>
}

function writerIn(body: unknown): Writer {
  const { pid, startedAt, url } = objectIn(body)
  if (!Number.isSafeInteger(pid) || (url !== null && typeof url !== 'string')) throw new Error('expected a process')
  return { pid: pid as number, startedAt: timeOf(startedAt), url }
}
