import type { DrainedPort } from '@portolan/core'

/** What a drain makes of a port, the worst first. */
export const FATES = ['dark', 'maybe', 'gap', 'unknown', 'still', 'fine'] as const

export type Fate = (typeof FATES)[number]

export function fateOf({ answersNow, darkUntil, darkProbability, verdict }: DrainedPort): Fate {
  if (darkUntil === 'ready') return 'gap'
  if (darkUntil === 'mended') return !answersNow ? 'still' : darkProbability === 1 ? 'dark' : 'maybe'
  if (verdict === 'unknown') return 'unknown'
  return answersNow ? 'fine' : 'still'
}

/** The ports of each fate, none of them left out. */
export function byFate(ports: readonly DrainedPort[]): Record<Fate, DrainedPort[]> {
  const groups = Map.groupBy(ports, fateOf)
  return Object.fromEntries(FATES.map((fate) => [fate, groups.get(fate) ?? []])) as Record<Fate, DrainedPort[]>
}

/** `2 of 9 ports go dark, 1 may, 3 are dark until a new pod is ready; 3 keep answering`, or that nothing happens. */
export function summaryOf(ports: readonly DrainedPort[]): string {
  const { dark, maybe, gap, unknown, still, fine } = byFate(ports)
  const all = ports.length
  if (all === 0) return 'No host port is mapped into this cluster'
  const some = (count: number, one: string, many: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  const bad = [
    ...some(dark.length, 'goes dark', 'go dark'),
    ...some(maybe.length, 'may go dark', 'may go dark'),
    ...some(gap.length, 'is dark until a new pod is ready', 'are dark until a new pod is ready'),
    ...some(unknown.length, 'cannot be known', 'cannot be known'),
  ]
  const rest = [
    ...some(fine.length, 'keeps answering', 'keep answering'),
    ...some(still.length, 'has no pod that answers now', 'have no pod that answers now'),
  ]
  if (fine.length === all) return all === 1 ? 'The port keeps answering' : `All ${all} ports keep answering`
  return `Of ${all} ${all === 1 ? 'port' : 'ports'} ${[...bad, ...rest].join(', ')}`
}
