import { within } from '@portolan/base'
import { type Clock, CLOCK_HEADER } from '@portolan/core'
import type { CarriedAnswer, CarriedRequest, Carry } from './carry.ts'
import type { ClockOffset } from './clock-offset.ts'

export type Asked = Omit<CarriedRequest, 'signal'> & {
  timeoutMs: number
  /** The collector answers when it has news: the time it takes says nothing. */
  isLong?: boolean
}

/** The collector's answer, or why there is none. Never rejects. */
export type Ask = (asked: Asked, gone: AbortSignal) => Promise<CarriedAnswer | { status: null; reason: string }>

/** Asks the collector within a time, and looks at its clock by the way. */
export function createAsk(carry: Carry, clock: Clock, offset: ClockOffset): Ask {
  return async ({ timeoutMs, isLong, ...request }, gone) => {
    const askedAt = clock.now()
    try {
      const answer = await within(clock, timeoutMs, gone, (signal) => carry({ ...request, signal }))
      const theirs = answer.headers[CLOCK_HEADER]
      // A proxy on the way, or whatever has the collector's address at the moment: it speaks for nobody.
      if (theirs === undefined) return { status: null, reason: `something else answers in its place: ${answer.status}` }
      if (isLong !== true) {
        offset.add({ askedAt, answeredAt: clock.now(), theirs: Number(theirs) })
      }
      return answer
    } catch (error) {
      return { status: null, reason: Error.isError(error) ? error.message : String(error) }
    }
  }
}

/** What an answer that is not the one hoped for says, in one line. */
export function complaintOf(answer: CarriedAnswer): string {
  const detail = fieldOf(readJson(answer.body), 'detail')
  return `the collector answers ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`
}

/** undefined where it is none. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
