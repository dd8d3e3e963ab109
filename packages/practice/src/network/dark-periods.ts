import type { Cause } from '@portolan/core'

/** A stretch in which a host port did not answer: the truth that a measurement is held against. Times are ms. */
export interface DarkPeriod {
  hostPort: number
  from: number
  /** null while it lasts. */
  until: number | null
  /** What was wrong, one after another; the first began with the period. */
  reasons: { why: Cause; from: number }[]
}

export interface DarkRecorder {
  /** @param why null: the port answers */
  note(hostPort: number, why: Cause | null, now: number): void
  periods(hostPort?: number): DarkPeriod[]
}

export function createDarkRecorder(): DarkRecorder {
  const periods: DarkPeriod[] = []
  return {
    note(hostPort, why, now) {
      const open = periods.find((period) => period.hostPort === hostPort && period.until === null)
      if (open === undefined) {
        if (why !== null) periods.push({ hostPort, from: now, until: null, reasons: [{ why, from: now }] })
      } else if (why === null) open.until = now
      else if (open.reasons.at(-1)?.why !== why) open.reasons.push({ why, from: now })
    },
    periods: (hostPort) =>
      structuredClone(periods.filter((period) => hostPort === undefined || period.hostPort === hostPort)),
  }
}
