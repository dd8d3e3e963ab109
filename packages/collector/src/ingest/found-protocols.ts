import type { Observation } from '@portolan/core'

/** More than one speaker can find out: it tries the ports of one machine, or of the pods on one node. */
const MOST_OF_ONE = 2000

/** Counts the protocols that each speaker found out, which are kept for as long as the collector runs. */
export function createFoundProtocols() {
  const found = new Map<string, Set<string>>()
  return {
    /** Also for what is no found protocol. */
    hasRoomFor(speaker: string, observed: Observation): boolean {
      if (observed.kind !== 'protocol') return true
      const own = found.get(speaker) ?? new Set<string>()
      found.set(speaker, own)
      if (own.size < MOST_OF_ONE) own.add(observed.identity)
      return own.has(observed.identity)
    },
  }
}
