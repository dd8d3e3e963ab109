import { RULES } from './index.ts'
import { ROUTE_CAUSES } from './route-causes.ts'
import { TOLD_ELSEWHERE } from './told-elsewhere.ts'

/** One sentence for people; the id itself where it is none of a cause. */
export function titleOf(id: string): string {
  return entryOf(id)?.title ?? id
}

/** What helps against it; null where that depends on what is found. */
export function cureOf(id: string): string | null {
  return entryOf(id)?.cure ?? null
}

function entryOf(id: string) {
  return [...RULES, ...ROUTE_CAUSES, ...TOLD_ELSEWHERE].find(({ cause }) => cause === id)
}
