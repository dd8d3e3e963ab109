import { NOT_RUNNING } from './model/change.ts'
import type { Effect } from './model/effect.ts'
import type { Fact } from './model/fact.ts'
import type { ClusterState } from './state.ts'

/** What a prober saw so long before it was heard of, it kept while no collector was there. */
const LATE_MS = 15_000

/**
 * The collector was away. Where the prober went on and kept what it saw, nothing is missing once it is back; another
 * prober, or none for a while, means that nobody looked.
 */
export function followAbsence(state: ClusterState, fact: Fact, effects: Effect[]): void {
  const { source, boot, receivedAt } = fact
  noticeAnotherBefore(state, fact, effects)
  const { absence } = state.intake
  if (absence === null) return
  const isProber = source.startsWith('prober')
  if (!isProber && receivedAt < absence.until) return
  state.intake.absence = null
  const isBack = absence.awaited.some((stream) => `${source} ${boot}`.startsWith(stream))
  if (!isProber || !isBack) tellAbsence(state, absence.from, receivedAt, effects)
}

/**
 * A prober that kept what it saw from before this collector began, which remembers nothing: there was another one, whose
 * store is gone. What the prober saw is told; what the cluster looked like then nobody knows.
 */
function noticeAnotherBefore(state: ClusterState, { source, at, observed }: Fact, effects: Effect[]): void {
  if (state.intake.isContinued || !source.startsWith('prober') || observed.kind !== 'outcome') return
  state.intake.isContinued = true
  const from = observed.outcome.startedAt
  const to = state.intake.startedAt ?? at
  if (to - at < LATE_MS) return
  const reason = 'Portolan was not running here, and what it saw before is lost'
  effects.push({ kind: 'announce', change: { type: 'gap', at: to, cluster: state.name, from, to, reason } })
}

export function tellAbsence({ name }: ClusterState, from: number, to: number, effects: Effect[]): void {
  const gap = { from, to, reason: NOT_RUNNING }
  effects.push({ kind: 'announce', change: { type: 'gap', at: to, cluster: name, ...gap } })
}
