import { type Change, type ClusterState, createClusterState, type Fact, type Incident, reduce } from '@portolan/core'
import type { Recording } from './recording.ts'

/** What the facts of a recording lead to. */
export interface Replayed {
  facts: number
  /** As they were last reported, in the order in which they were opened. */
  incidents: Incident[]
  /** Their names. */
  clusters: string[]
  /** When the last fact was heard of, ms since the epoch. */
  until: number
}

/** Decides again about what was recorded, through the same core, as fast as it goes. */
export async function replay({ header, facts }: Recording, onChange: (change: Change) => void): Promise<Replayed> {
  const states = new Map<string, ClusterState>()
  const incidents = new Map<string, Incident>()
  let count = 0
  let until = 0

  function take(fact: Fact): void {
    let state = states.get(fact.cluster)
    // Portolan was started anew: it knew nothing but what it had left open.
    if (state === undefined || fact.observed.kind === 'resumed') {
      state = createClusterState(fact.cluster, header.settings[fact.cluster])
      states.set(fact.cluster, state)
    }
    for (const effect of reduce(state, fact)) {
      if (effect.kind !== 'announce') continue
      const { change } = effect
      if ('incident' in change) incidents.set(`${change.cluster}/${change.incident.id}`, change.incident)
      onChange(change)
    }
  }

  for await (const batch of facts) {
    for (const fact of batch) take(fact)
    count += batch.length
    until = batch.at(-1)?.receivedAt ?? until
  }
  return { facts: count, incidents: [...incidents.values()], clusters: [...states.keys()], until }
}
