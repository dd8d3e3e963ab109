import type { TargetDocument } from '../documents.ts'

/**
 * The port that is told in full: the one that was asked for, else one that is dark. It stays when it comes back, so that
 * nothing is taken away from under somebody's eyes, until another one goes dark.
 */
export function pickPort(targets: TargetDocument[], asked: string | null, last: string | null): TargetDocument | null {
  const named = (name: string | null) => targets.find(({ cluster, id }) => name === `${cluster}/${id}` || name === id)
  const before = named(last)
  const dark = targets.filter(({ state }) => state === 'down')
  const meant = targets.find(({ state }) => state !== 'by_design')
  return named(asked) ?? (before?.state === 'down' ? before : dark[0]) ?? before ?? meant ?? targets[0] ?? null
}
