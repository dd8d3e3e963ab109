import {
  type Change,
  type ClusterState,
  createClusterState,
  type Fact,
  type reduce,
  type Settings,
} from '@portolan/core'

/** What the facts of one cluster lead to, through core alone. @param onState called after each fact */
export function replayFacts(facts: readonly Fact[], settings: Partial<Settings>, decide: typeof reduce): Change[] {
  const changes: Change[] = []
  let state: ClusterState | null = null
  for (const fact of facts) {
    if (state === null || fact.observed.kind === 'resumed') state = createClusterState(fact.cluster, settings)
    for (const effect of decide(state, fact)) {
      if (effect.kind === 'announce') changes.push(structuredClone(effect.change))
    }
  }
  return changes
}
