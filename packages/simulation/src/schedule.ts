import { between, pick } from './random.ts'

/** What somebody or something does to a cluster, its machines or Portolan: a name of `DEEDS`, and numbers that choose on what. */
export interface Deed {
  /** Ms of the simulation. */
  at: number
  what: string
  /** From 0 to below 1 each: which cluster, then whatever the deed chooses among. */
  chosen: readonly [number, number, number]
}

/** How often each begins, and what ends it after so long, s. */
interface Habit {
  what: string
  weight: number
  ends?: { what: string; afterS: readonly [number, number] }
}

const HABITS: readonly Habit[] = [
  { what: 'delete a pod', weight: 10 },
  { what: 'bring pods home', weight: 12, ends: { what: 'uncordon all', afterS: [3, 20] } },
  { what: 'roll out', weight: 6 },
  { what: 'scale', weight: 5 },
  { what: 'scale to none', weight: 3, ends: { what: 'scale', afterS: [5, 60] } },
  { what: 'cordon', weight: 4, ends: { what: 'uncordon all', afterS: [5, 90] } },
  { what: 'drain', weight: 6, ends: { what: 'uncordon all', afterS: [5, 90] } },
  { what: 'freeze an application', weight: 5, ends: { what: 'thaw applications', afterS: [3, 45] } },
  { what: 'stop a node', weight: 4, ends: { what: 'start nodes', afterS: [5, 90] } },
  { what: 'restart without bindings', weight: 2, ends: { what: 'restart nodes', afterS: [10, 60] } },
  { what: 'kill docker-proxies', weight: 2, ends: { what: 'restart nodes', afterS: [10, 60] } },
  { what: 'break a path', weight: 4, ends: { what: 'heal paths', afterS: [3, 45] } },
  { what: 'break a path for large packets', weight: 2, ends: { what: 'heal paths', afterS: [3, 45] } },
  { what: 'freeze kube-proxy', weight: 4, ends: { what: 'thaw kube-proxies', afterS: [3, 45] } },
  { what: 'remove a Service', weight: 3, ends: { what: 'bring Services back', afterS: [5, 60] } },
  { what: 'change a traffic policy', weight: 3 },
  { what: 'break a target port', weight: 2, ends: { what: 'mend target ports', afterS: [5, 45] } },
  { what: 'write odd objects', weight: 4 },
  { what: 'lose the API server', weight: 4, ends: { what: 'find the API server', afterS: [1, 60] } },
  { what: 'lose the engine', weight: 3, ends: { what: 'find the engine', afterS: [1, 60] } },
  { what: 'kill the collector', weight: 4, ends: { what: 'start the collector', afterS: [1, 60] } },
  { what: 'kill the prober', weight: 3, ends: { what: 'start the prober', afterS: [1, 60] } },
  { what: 'kill an agent', weight: 3, ends: { what: 'start agents', afterS: [1, 60] } },
  { what: 'cut off the prober', weight: 3, ends: { what: 'join all', afterS: [2, 60] } },
  { what: 'cut off an agent', weight: 3, ends: { what: 'join all', afterS: [2, 60] } },
  { what: 'hold up the prober', weight: 3 },
  { what: "set the collector's clock", weight: 3 },
]

const WEIGHTS = HABITS.reduce((sum, { weight }) => sum + weight, 0)

/** From one deed to the next, s: some come together, others after a long quiet. */
const PAUSES_S = [
  [0, 3],
  [5, 30],
  [30, 120],
  [60, 300],
  [300, 900],
  [300, 900],
] as const

/** The first minute is quiet, so that everything is found as it should be. */
const BEGINS_MS = 60_000
/** So is the end. */
const ENDS_MS = 60_000

/** What happens within so long, in order. */
export function scheduleOf(random: () => number, forMs: number): Deed[] {
  const deeds: Deed[] = []
  const choose = () => [random(), random(), random()] as const
  for (let at = BEGINS_MS; at < forMs - ENDS_MS; ) {
    const { what, ends } = habit(random)
    const chosen = choose()
    deeds.push({ at, what, chosen })
    if (ends !== undefined)
      deeds.push({ at: at + between(random, ends.afterS[0] * 1000, ends.afterS[1] * 1000), what: ends.what, chosen })
    const [least, most] = pick(random, PAUSES_S)
    at += between(random, least * 1000, most * 1000)
  }
  return deeds.filter(({ at }) => at < forMs).sort((a, b) => a.at - b.at)
}

function habit(random: () => number): Habit {
  let left = random() * WEIGHTS
  for (const one of HABITS) {
    left -= one.weight
    if (left < 0) return one
  }
  return HABITS[0] as Habit
}
