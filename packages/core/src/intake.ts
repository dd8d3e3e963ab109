/** Which facts were taken in, and when. Times are ms since the epoch. */
export interface Intake {
  /** The last sequence that was taken in of each source and boot. */
  seen: Map<string, number>
  startedAt: number | null
  /** When the last fact was received; null before the first. */
  heardAt: number | null
  wakeAt: number | null
  /** The collector was away from then on, and these may have kept what they saw; null when that is settled. */
  absence: { from: number; awaited: string[]; until: number } | null
  /** It is known whether this is the first run here: what was before is remembered, or a prober has told of now. */
  isContinued: boolean
  /** A fact could not be taken in: the ports are followed again with the next tick. */
  isShaken: boolean
  /** When people were last told of that. */
  faultToldAt: number | null
}

export function createIntake(): Intake {
  return {
    seen: new Map(),
    startedAt: null,
    heardAt: null,
    wakeAt: null,
    absence: null,
    isContinued: false,
    isShaken: false,
    faultToldAt: null,
  }
}
