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
  /** Until when each open incident's time is counted. */
  const counted = new Map<string, number>()

  function countTo(incident: Incident, to: number): void {
    const { id, cluster, target, cause, darkSince } = incident
    const from = counted.get(id) ?? darkSince
    unreachable.add({ cluster, target, cause }, Math.max(0, to - from) / 1000)
    counted.set(id, Math.max(from, to))
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
