import type { EchoCount } from '../model/outcome.ts'
import type { ProbeHistory } from './probe-history.ts'
import type { Probing } from './probing.ts'
import type { Symptom } from '../model/symptom.ts'

/** How one node sees another, by datagrams between their agents. Durations in ms. */
export interface MeshPair {
  from: string
  to: string
  symptom: Symptom
  at: number
  durationMs: number
  /** Of the latest probe, or run of equal ones. */
  echo: EchoCount | null
  /** The last ten: true answered. */
  recent: readonly boolean[]
}

const PEER = 'peer:'
const VANTAGE = '@node/'

/** Every pair that was probed, in the order of the names. */
export function readMesh({ fabricHistories }: Pick<Readonly<Probing>, 'fabricHistories'>): MeshPair[] {
  const pairs: MeshPair[] = []
  for (const [plan, { last, recent }] of fabricHistories) {
    const ends = endsOf(plan)
    if (ends === null || last === null) continue
    const { symptom, durationMs, echo = null } = last
    pairs.push({ ...ends, symptom, at: last.run?.until ?? last.startedAt, durationMs, echo, recent })
  }
  return pairs.sort((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to))
}

/** What the others see of a node. */
export function meshTo(
  { fabricHistories }: Pick<Readonly<Probing>, 'fabricHistories'>,
  node: string,
): { from: string; history: ProbeHistory }[] {
  const seen: { from: string; history: ProbeHistory }[] = []
  for (const [plan, history] of fabricHistories) {
    const ends = endsOf(plan)
    if (ends?.to === node && history.last !== null) seen.push({ from: ends.from, history })
  }
  return seen
}

function endsOf(plan: string): { from: string; to: string } | null {
  const split = plan.lastIndexOf(VANTAGE)
  if (split < 0 || !plan.startsWith(PEER)) return null
  return { from: plan.slice(split + VANTAGE.length), to: plan.slice(PEER.length, split) }
}
