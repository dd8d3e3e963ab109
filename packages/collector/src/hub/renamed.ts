import type { Batch, Decided } from '@portolan/core'

/** A batch as a hub keeps it: its cluster is called as the hub calls it, wherever it is named in what is reported of it. */
export function renamed(batch: Batch<Decided>, to: string): Batch<Decided> {
  const { cluster: from, facts } = batch
  return {
    ...batch,
    cluster: to,
    facts: facts.map((fact) => ({ ...fact, observed: within(fact.observed, from, to) })),
  }
}

/** The same value, in which each field `cluster` with this name has the other one. */
function within<T>(value: T, from: string, to: string): T {
  if (Array.isArray(value)) return value.map((one: unknown) => within(one, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]: [string, unknown]) => [
    key,
    key === 'cluster' && one === from ? to : within(one, from, to),
  ])
  return Object.fromEntries(entries) as T
}
