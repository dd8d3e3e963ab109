import { isReachable, type Incident, type TargetView } from '@portolan/core'
import type { Families } from './families.ts'

/** Counts for how long ports were dark while it lasts, never more than is proven. */
export interface DarkTime {
  /** Counts on to the last probe that failed. */
  whileOpen(incident: Incident, target: TargetView): void
  /** Counts the rest, to the first probe that was answered again. */
  closed(incident: Incident): void
}

export function createDarkTime({ unreachable }: Families): DarkTime {
  /** How much of each open incident is counted, ms: the clock may be set while it lasts. */
  const counted = new Map<string, number>()

  function countTo(incident: Incident, to: number): void {
    const { id, cluster, target, cause, darkSince } = incident
    const before = counted.get(id) ?? 0
    const ms = Math.max(before, to - darkSince)
    unreachable.add({ cluster, target, cause }, (ms - before) / 1000)
    counted.set(id, ms)
  }

  return {
    whileOpen(incident, target) {
      const failures = target.vantages.filter(
        ({ decides, symptom }) => decides && symptom !== null && symptom !== 'local_error' && !isReachable(symptom),
      )
      countTo(incident, Math.max(incident.darkSince, ...failures.map(({ at }) => at ?? 0)))
    },
    closed(incident) {
      countTo(incident, incident.darkUntil ?? incident.closedAt ?? incident.darkSince)
      counted.delete(incident.id)
    },
  }
}
