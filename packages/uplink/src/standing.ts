import type { Assignment, Observation } from '@portolan/core'

/** What holds until it is said anew: a collector that comes back, or starts anew, has to be told it again. */
export interface Standing {
  take(observed: Observation): void
  /** What was found out of anything else is forgotten. */
  keep(assignment: Assignment): void
  all(): Observation[]
}

export function createStanding(): Standing {
  const latest = new Map<string, Observation>()

  function forgetBalancers(but: readonly string[]): void {
    for (const [key, observed] of latest) {
      if (observed.kind === 'balancer' && !but.includes(observed.name)) latest.delete(key)
    }
  }

  return {
    take(observed) {
      const key = keyOf(observed)
      if (observed.kind === 'containers') forgetBalancers(observed.containers.map(({ name }) => name))
      if (key !== null) latest.set(key, observed)
    },
    keep({ plans }) {
      const identities = new Set(plans.map(({ speech }) => speech.identity))
      for (const [key, observed] of latest) {
        if (observed.kind === 'protocol' && !identities.has(observed.identity)) latest.delete(key)
      }
    },
    all: () => [...latest.values()],
  }
}

/** null: it happened once, and does not stand. */
function keyOf(observed: Observation): string | null {
  switch (observed.kind) {
    case 'vantages':
    case 'neighbours':
    case 'engine':
    case 'containers':
    case 'agent':
      return observed.kind
    case 'balancer':
      return `balancer/${observed.name}`
    case 'protocol':
      return `protocol/${observed.identity}`
    default:
      return null
  }
}
