import type { Condition } from '@portolan/core'
import { toTime } from './metadata.ts'

interface ApiCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: Date | string
}

/** null where the object has no such condition. */
export function conditionOf(conditions: ApiCondition[] | null | undefined, type: string): Condition | null {
  const found = conditions?.find((condition) => condition.type === type)
  if (!found) return null
  return {
    status: found.status as Condition['status'],
    reason: found.reason ?? '',
    message: found.message ?? '',
    since: toTime(found.lastTransitionTime),
  }
}
