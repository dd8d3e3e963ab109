import { RULES } from './index.ts'
import { ROUTE_CAUSES } from './route-causes.ts'
import { TOLD_ELSEWHERE } from './told-elsewhere.ts'

/** One sentence for people; the id itself where it is none of a cause. */
export function titleOf(id: string): string {
  return [...RULES, ...ROUTE_CAUSES, ...TOLD_ELSEWHERE].find(({ cause }) => cause === id)?.title ?? id
}
