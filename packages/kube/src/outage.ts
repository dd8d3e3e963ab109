import type { Clock, Observation, Resource } from '@portolan/core'

/** Keeps which watches are out at the same time, to tell of the outage once and not for each resource. */
export interface Outage {
  /** Nothing is heard of the resource since `from`, on the monotonic clock. Only the first call of an outage counts. */
  began(resource: Resource, from: number, reason: string): void
  /** Something had changed in between, and only the list told of it. */
  missed(resource: Resource): void
  /** The resource's watch is back, or will not come back soon. */
  ended(resource: Resource): void
}

/** What was not missed is no gap: it is emitted once the last watch is back, if any of them could not replay all. */
export function createOutage(clock: Clock, onObservation: (observation: Observation) => void): Outage {
  const out = new Map<Resource, { from: number; reason: string }>()
  let gap: { from: number; reason: string } | null = null
  return {
    began(resource, from, reason) {
      if (!out.has(resource)) out.set(resource, { from, reason })
    },
    missed(resource) {
      const one = out.get(resource)
      if (one && (gap === null || one.from < gap.from)) gap = one
    },
    ended(resource) {
      if (!out.delete(resource) || out.size > 0 || gap === null) return
      const to = clock.now()
      const from = to - Math.round(clock.monotonic() - gap.from)
      onObservation({ kind: 'gap', scope: 'kube', from, to, reason: sentence(gap.reason) })
      gap = null
    },
  }
}

function sentence(reason: string): string {
  return `The cluster's API was not watched: ${reason}.`
}
