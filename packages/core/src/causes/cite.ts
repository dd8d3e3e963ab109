import type { Evidence } from '../model/incident.ts'
import { comparedText, countPlacements } from './placements.ts'
import type { ObjectSnapshot } from '../model/snapshot.ts'
import { seenAt } from '../probing/probe-history.ts'
import type { Seen, RuleContext } from './context.ts'

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
export function citeProbes(context: RuleContext): Evidence[] {
  return [...context.deciding, ...context.witnesses].flatMap(citeProbe)
}

function citeProbe({ point, history }: Seen): Evidence[] {
  const at = seenAt(history)
  if (history.last === null || at === null) return []
  const where =
    point.role === 'witness' ? `${point.target} (${point.why})` : `${point.vantage} ${point.address}:${point.port}`
  return [{ kind: 'probe', text: `${where}: ${history.last.symptom}`, at }]
}

/** How the port fared wherever its pods were, where that can be compared at all. */
export function citePlacements({ epochs, path, at }: RuleContext): Evidence[] {
  const text = comparedText(countPlacements(epochs), path.container.name)
  return text === null ? [] : [{ kind: 'history', text, at }]
}

export function citeEngine(text: string, at: number): Evidence {
  return { kind: 'engine', text, at }
}

export function citeAbsence(text: string, at: number): Evidence {
  return { kind: 'absence', text, at }
}
