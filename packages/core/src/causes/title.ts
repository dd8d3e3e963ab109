import { RULES } from './index.ts'
import { ROUTE_CAUSES } from './route-causes.ts'
import { CAUSES_WITHOUT_INCIDENT } from './without-incident.ts'

/** One sentence for people; the id itself where it is none of a cause. */
export function titleOf(id: string): string {
  return entryOf(id)?.title ?? id
}

/** What helps against it; null where that depends on what is found. */
export function cureOf(id: string): string | null {
  return entryOf(id)?.cure ?? null
}

function entryOf(id: string) {
  return [...RULES, ...ROUTE_CAUSES, ...CAUSES_WITHOUT_INCIDENT].find(({ cause }) => cause === id)
}
