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

/** The fates in words, for several ports. */
export const FATE_WORDS: Record<Fate, string> = {
  dark: 'go dark',
  maybe: 'may go dark',
  gap: 'are dark until a new pod is ready',
  unknown: 'cannot be known',
  still: 'have no pod that answers now',
  fine: 'keep answering',
}

const OF_ONE: Record<Fate, string> = {
  ...FATE_WORDS,
  dark: 'goes dark',
  gap: 'is dark until a new pod is ready',
  still: 'has no pod that answers now',
  fine: 'keeps answering',
}

/** `2 of 9 ports go dark; 1 may go dark; 6 keep answering` */
export function summaryOf(ports: readonly DrainedPort[]): string {
  const { length: all } = ports
  if (all === 0) return 'No host port is mapped into this cluster'
  const groups = byFate(ports)
  if (groups.fine.length === all) return all === 1 ? 'The port keeps answering' : `All ${all} ports keep answering`
  const counted = FATES.filter((fate) => groups[fate].length > 0).map((fate) => ({ fate, count: groups[fate].length }))
  return counted
    .map(({ fate, count }, index) => {
      const of = index === 0 ? ` of ${all} ${all === 1 ? 'port' : 'ports'}` : ''
      return `${count}${of} ${count === 1 ? OF_ONE[fate] : FATE_WORDS[fate]}`
    })
    .join('; ')
}
