import type { Rollup, TargetView } from '@portolan/core'

const MINUTE_MS = 60_000

/** Counts how the probes of each port went in each minute. */
export interface Minutes {
  /** Ports as they are now. @returns what is known of minutes that are over */
  take(at: number, targets: readonly TargetView[]): Rollup[]
}

type Counted = Pick<TargetView, 'attempts' | 'answered'>

/** Ports count their probes since Portolan began to watch them: a minute is what came to it in between. */
export function createMinutes(): Minutes {
  let minute: number | null = null
  /** As they were when the minute began. */
  let before = new Map<string, Counted>()
  let latest = new Map<string, TargetView>()

  return {
    take(at, targets) {
      const now = at - (at % MINUTE_MS)
      const rollups = minute === null || now === minute ? [] : rollupsOf(minute)
      latest = new Map(targets.map((target) => [target.id, target]))
      if (minute !== now) before = latest
      minute = now
      return rollups
    },
  }

  function rollupsOf(began: number): Rollup[] {
    return [...latest.values()].flatMap((target) => {
      const start = before.get(target.id) ?? { attempts: 0, answered: 0 }
      const attempts = target.attempts - start.attempts
      const answered = target.answered - start.answered
      if (attempts <= 0 || answered < 0) return []
      return [{ target: target.id, at: began, attempts, failed: attempts - answered, medianMs: medianOf(target) }]
    })
  }
}

/** Of the newest answers of the vantages that decide. */
function medianOf({ vantages }: TargetView): number | null {
  const sorted = vantages
    .flatMap(({ decides, durationMs }) => (decides && durationMs !== null ? [durationMs] : []))
    .sort((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? null
}
