import type { Effect } from './model/effect.ts'
import type { Fact } from './model/fact.ts'
import type { ClusterState } from './state.ts'

/** Of the same trouble people hear so often at most. */
const TELL_EVERY_MS = 60_000

/**
 * A fact could not be taken in, which is a fault of Portolan. What the state says was asked for may never have been: so
 * nothing counts as asked for, and the next fact that says how the cluster is asks for all of it again.
 */
export function recover(state: ClusterState, fact: Fact, error: unknown, effects: Effect[]): void {
  const { source, observed, receivedAt: at } = fact
  const { intake, probing, name: cluster } = state
  effects.push({ kind: 'fault', source, observed: observed.kind, error })
  probing.plans.clear()
  probing.planUsers.clear()
  probing.fabric.key = ''
  probing.fabric.shares.clear()
  intake.isShaken = true
  if (intake.faultToldAt !== null && at - intake.faultToldAt < TELL_EVERY_MS) return
  intake.faultToldAt = at
  const why = Error.isError(error) ? error.message : String(error)
  const text = `Portolan could not process what ${source} observed (${observed.kind}): ${why.slice(0, 200)}. It goes on without it`
  effects.push({
    kind: 'announce',
    change: { type: 'cluster.event', at, cluster, event: 'own_fault', node: null, text },
  })
}
