import { isTrouble, type PortRow } from './port-rows.ts'

/**
 * The port or route that is told in full: the one that was asked for, else the worst that is not well. It stays until
 * something worse comes, be it that it is well again: nothing is taken away from under somebody's eyes.
 *
 * @param rows the worst first
 */
export function pickRow(rows: readonly PortRow[], asked: string | null, last: string | null): PortRow | null {
  const named = (name: string | null) => rows.find(({ key, target }) => name === key || name === target) ?? null
  const before = named(last)
  const [worst] = rows
  const isIll = (row: PortRow | null | undefined): row is PortRow => row != null && isTrouble(row)
  // What is worse than flapping or unknown goes before it.
  const stays = isIll(before) && !before.isBehindDark && (before.state === 'down' || worst?.state !== 'down')
  return named(asked) ?? (stays ? before : isIll(worst) ? worst : before)
}
