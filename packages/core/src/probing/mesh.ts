import type { EchoCount } from '../model/outcome.ts'
import type { Sighting } from './sighting.ts'
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
export function readMesh({ fabricSightings }: Pick<Readonly<Probing>, 'fabricSightings'>): MeshPair[] {
  const pairs: MeshPair[] = []
  for (const [plan, { last, recent }] of fabricSightings) {
    const ends = endsOf(plan)
    if (ends === null || last === null) continue
    const { symptom, durationMs, echo = null } = last
    pairs.push({ ...ends, symptom, at: last.run?.until ?? last.startedAt, durationMs, echo, recent })
  }
  return pairs.sort((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to))
}

/** What the others see of a node. */
export function meshTo(
  { fabricSightings }: Pick<Readonly<Probing>, 'fabricSightings'>,
  node: string,
): { from: string; sighting: Sighting }[] {
  const seen: { from: string; sighting: Sighting }[] = []
  for (const [plan, sighting] of fabricSightings) {
    const ends = endsOf(plan)
    if (ends?.to === node && sighting.last !== null) seen.push({ from: ends.from, sighting })
  }
  return seen
}

function endsOf(plan: string): { from: string; to: string } | null {
  const split = plan.lastIndexOf(VANTAGE)
  if (split < 0 || !plan.startsWith(PEER)) return null
  return { from: plan.slice(split + VANTAGE.length), to: plan.slice(PEER.length, split) }
}
