import { durationText } from '../model/duration.ts'
import { percent } from '../model/percent.ts'
import type { DrainedPort } from '../model/verdict.ts'

type Said = Pick<DrainedPort, 'verdict' | 'darkProbability' | 'answersNow' | 'darkUntil' | 'darkMs'>

/** `goes dark`, `dark until a new pod is ready (about 3.0 s)`: what a drain makes of a port, in a few words. */
export function drainText({ verdict, darkProbability, answersNow, darkUntil, darkMs }: Said): string {
  if (darkUntil === 'ready')
    return `dark until a new pod is ready${darkMs === null ? '' : ` (about ${durationText(darkMs)})`}`
  if (darkUntil === null)
    return verdict === 'unknown' ? 'unknown' : answersNow ? 'keeps answering' : 'no pod answers now'
  if (darkProbability === 1) return answersNow ? 'goes dark' : 'stays dark'
  const may = answersNow ? 'may go dark' : 'may stay dark'
  return darkProbability === null ? may : `${may}: ${percent(darkProbability)}`
}
