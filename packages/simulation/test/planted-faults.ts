import { type Change, type ClusterState, type Effect, type Fact, reduce } from '@portolan/core'

/** Core with a fault that it once had. */
export type Planted = typeof reduce

/** Each move is told when the next one happens. */
export function movesOneStepLate(): Planted {
  const held = new Map<string, Change>()
  return (state, fact) =>
    reduce(state, fact).map((effect): Effect => {
      if (effect.kind !== 'announce' || effect.change.type !== 'placement.changed') return effect
      const before = held.get(state.name) ?? effect.change
      held.set(state.name, effect.change)
      return { ...effect, change: before }
    })
}

/** What follows from some facts is lost, as it was where a rule threw: the state counts it as done. */
export function effectsLostByAThrow(): Planted {
  let count = 0
  return (state, fact) => {
    const effects = reduce(state, fact)
    const isAssigned = effects.some(({ kind }) => kind === 'assign')
    if (isAssigned) count += 1
    return isAssigned && count % 7 === 0 ? effects.filter(({ kind }) => kind === 'wakeAt') : effects
  }
}

/** A port that rejects is taken for one whose node drops. */
export function aVerdictAgainstItsEvidence(): Planted {
  return (state: ClusterState, fact: Fact) =>
    reduce(state, fact).map((effect): Effect => {
      if (effect.kind !== 'announce' || !('incident' in effect.change)) return effect
      const { incident } = effect.change
      if (incident.cause !== 'no_endpoints' && incident.cause !== 'rollout_gap') return effect
      return { ...effect, change: { ...effect.change, incident: { ...incident, cause: 'cross_node' } } }
    })
}
