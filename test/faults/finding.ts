import { gradeOf, type ExpectedCause } from './judgement.ts'
import type { Seen } from './lab.ts'

/** What was said of a fault that was not named, and the evidence for it, in Markdown. */
export function describeFinding(on: string, set: string, fault: ExpectedCause & { name: string }, seen: Seen): string {
  const { grade, wrong, seconds, last, sayings, explained } = seen
  const course = sayings.map((one) => {
    const list = [one.cause, one.confidence, ...one.candidates].join(' ')
    return one.isOpen ? list : `over (${list})`
  })
  const falsely = sayings.filter((one) => one.isOpen && gradeOf(fault, one) === 'wrong')
  return [
    `\n## ${grade}: ${fault.name} (${on}, ${set})\n`,
    `${new Date().toISOString()}; right: ${fault.cause ?? 'nothing'}; wrong: ${wrong.join(' ') || 'none'}; first right word after ${seconds ?? '-'} s`,
    `Course: ${course.join(' -> ') || 'nothing was said'}`,
    ...new Set([...falsely, ...(last === null ? [] : [last])].map((one) => `Said: ${JSON.stringify(one.whole)}`)),
    ...(explained === null ? [] : [`Explained: ${JSON.stringify(explained)}`]),
    '',
  ].join('\n')
}
