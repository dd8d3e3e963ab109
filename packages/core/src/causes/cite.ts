import type { Evidence } from '../model/incident.ts'
import { comparedText, countPlacements } from './placements.ts'
import type { ObjectSnapshot } from '../model/snapshot.ts'
import { seenAt } from '../probing/sighting.ts'
import type { Seen, Situation } from './situation.ts'

/** An object as evidence: which one, at which version, and what it says. */
export function citeObject(object: ObjectSnapshot, text: string, at: number): Evidence {
  const { kind, namespace, name, uid, resourceVersion } = object
  const where = namespace === '' ? name : `${namespace}/${name}`
  return {
    kind: 'object',
    text: `${kind} ${where}: ${text}`,
    at,
    object: { kind, namespace, name, uid, resourceVersion },
  }
}

/** What every vantage saw last: those that decide, and the witnesses. */
export function citeProbes(situation: Situation): Evidence[] {
  return [...situation.deciding, ...situation.witnesses].flatMap(citeProbe)
}

function citeProbe({ point, sighting }: Seen): Evidence[] {
  const at = seenAt(sighting)
  if (sighting.last === null || at === null) return []
  const where =
    point.role === 'witness' ? `${point.target} (${point.why})` : `${point.vantage} ${point.address}:${point.port}`
  return [{ kind: 'probe', text: `${where}: ${sighting.last.symptom}`, at }]
}

/** How the port fared wherever its pods were, where that can be compared at all. */
export function citePlacements({ epochs, path, at }: Situation): Evidence[] {
  const text = comparedText(countPlacements(epochs), path.container.name)
  return text === null ? [] : [{ kind: 'history', text, at }]
}

export function citeEngine(text: string, at: number): Evidence {
  return { kind: 'engine', text, at }
}

export function citeAbsence(text: string, at: number): Evidence {
  return { kind: 'absence', text, at }
}
